import Importing
import Testing
import Units

/// Exports of RVTools as CSV: its sheets vDisk and vInfo, as spreadsheets of several countries write them.
@Suite struct RVToolsTests {
  private static let disks = """
    VM,Powerstate,Template,SRM Placeholder,Disk,Capacity MiB,Thin,Datacenter,VM UUID
    web,poweredOn,False,False,Hard disk 1,"102,400",True,DC1,u1
    web,poweredOn,False,False,Hard disk 1,1024,True,DC2,u2
    web,poweredOn,False,False,Hard disk 2,2048,True,DC2,u2
    old,poweredOff,False,False,Hard disk 1,1024,True,DC1,u3
    tmpl,poweredOn,True,False,Hard disk 1,1024,True,DC1,u4
    copy,poweredOn,False,True,Hard disk 1,1024,True,DC1,u5

    """

  /// Two data centres may each have a machine of the same name.
  @Test func machinesOfOneNameStayApart() throws {
    let found = try Findings(Self.disks)
    #expect(found.servers.map(\.name) == ["web", "web-2"])
    #expect(found.volumes.map(\.name) == ["web-Hard disk 1", "web-2-Hard disk 1", "web-2-Hard disk 2"])
    #expect(found.volumes.map(\.size) == [.gibibytes(100), .gibibytes(1), .gibibytes(2)])
    #expect(found.volumes.map(\.place.zone) == ["DC1", "DC2", "DC2"])
    #expect(
      found.notes.map(\.text) == [
        "'old' is left out: not powered on", "'tmpl' is left out: a template",
        "'copy' is left out: a placeholder of Site Recovery Manager",
      ])
    let hosts = try found.scenario().scenario.blueprint.hosts
    #expect(hosts.count == 2)
  }

  /// Older versions wrote MB and meant MiB, and spreadsheets of some countries separate with semicolons.
  @Test func semicolonsPointsAndMBAreRead() throws {
    let text = "VM;Powerstate;Template;Disk;Capacity MB;Thin\nweb;poweredOn;FALSCH;Hard disk 1;102.400;WAHR\n"
    #expect(try Findings(text).volumes.map(\.size) == [.gibibytes(100)])
  }

  @Test func aSheetVInfoAloneGivesEachMachinesSpace() throws {
    let text = """
      VM,Powerstate,Template,SRM Placeholder,CPUs,Provisioned MiB,In Use MiB,Datacenter
      web,poweredOn,False,False,4,"102,400","51,200",DC1
      off,poweredOff,False,False,4,"102,400","51,200",DC1

      """
    let found = try Findings(text)
    #expect(found.volumes.map(\.size) == [.gibibytes(100)] && found.volumes[0].used == .gibibytes(50))
    #expect(found.servers.map(\.type) == ["4-cpu"])
    #expect(found.volumes[0].origin.description == "file:2 vInfo web")
  }

  @Test func aDiskWithoutCapacityHasItsRowAndMend() throws {
    let text = "VM,Powerstate,Disk,Capacity MiB\nweb,poweredOn,Hard disk 1,\n"
    let error = try #require(firstError(text))
    #expect(error.contains("row 2 of vDisk: the disk of 'web' has no capacity in MiB"), "\(error)")
    #expect(error.contains("export vDisk anew"))
  }
}
