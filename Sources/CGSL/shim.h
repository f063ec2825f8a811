// The parts of the GNU Scientific Library that firedrill calls, before a run
// (inverse distribution functions) and after it (quantiles, intervals).
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_statistics_double.h>
