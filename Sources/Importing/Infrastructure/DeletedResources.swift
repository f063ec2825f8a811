/// The loss that the deletion of a resource means.
enum DeletedResources {
  private static let data = [
    "aws_db_instance", "aws_ebs_volume", "aws_instance", "aws_efs_file_system", "aws_rds_cluster",
    "aws_neptune_cluster", "aws_docdb_cluster", "aws_dynamodb_table", "aws_s3_bucket", "aws_redshift_cluster",
    "aws_elasticache_cluster", "aws_elasticache_replication_group", "azurerm_managed_disk",
    "azurerm_linux_virtual_machine", "azurerm_windows_virtual_machine", "azurerm_virtual_machine",
    "azurerm_storage_account", "azurerm_storage_share", "azurerm_netapp_volume", "azurerm_mssql_database",
    "google_compute_disk", "google_compute_region_disk", "google_compute_instance",
    "google_filestore_instance",
    "google_sql_database_instance", "google_storage_bucket",
  ]
  private static let dataPrefixes = ["aws_fsx_", "azurerm_postgresql_", "azurerm_mysql_"]
  private static let openStackData = [
    "_evs_volume", "_blockstorage_volume", "_compute_instance", "_ecs_instance", "_rds_instance", "_sfs_",
    "_gaussdb_", "_dds_instance", "_obs_bucket",
  ]
  private static let protection = [
    "aws_backup_", "aws_dlm_lifecycle_policy", "azurerm_backup_", "azurerm_data_protection_backup_",
    "azurerm_site_recovery_", "azurerm_recovery_services_vault", "google_compute_resource_policy",
    "google_compute_disk_resource_policy_attachment", "google_backup_dr_",
  ]
  private static let openStackProtection = ["_cbr_", "_csbs_", "_vbs_", "_sdrs_"]

  /// Returns the loss by the deletion of a resource of a type, as part of a sentence; `nil` for none.
  static func loss(_ type: String) -> String? {
    let isOpenStack = type.hasPrefix("opentelekomcloud_") || type.hasPrefix("huaweicloud_")
    if data.contains(type) || dataPrefixes.contains(where: type.hasPrefix)
      || isOpenStack && openStackData.contains(where: { type.contains($0) })
    {
      return "and its data with it"
    }
    let protects =
      protection.contains(where: type.hasPrefix)
      || isOpenStack && openStackProtection.contains { type.contains($0) }
    return protects ? "and the protection with it" : nil
  }
}
