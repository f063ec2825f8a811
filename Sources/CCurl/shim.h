// libcurl's easy interface, with a function for each kind of option: Swift cannot call the variadic one.
#pragma once
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>

typedef size_t (*firedrill_curl_sink)(char *bytes, size_t size, size_t count, void *target);

static inline CURLcode firedrill_curl_start(void) { return curl_global_init(CURL_GLOBAL_DEFAULT); }

static inline CURLcode firedrill_curl_set_number(CURL *handle, CURLoption option, long value) {
  return curl_easy_setopt(handle, option, value);
}

static inline CURLcode firedrill_curl_set_text(CURL *handle, CURLoption option, const char *value) {
  return curl_easy_setopt(handle, option, value);
}

static inline CURLcode firedrill_curl_set_pointer(CURL *handle, CURLoption option, const void *value) {
  return curl_easy_setopt(handle, option, value);
}

static inline CURLcode firedrill_curl_set_sink(CURL *handle, CURLoption option, firedrill_curl_sink value) {
  return curl_easy_setopt(handle, option, value);
}

static inline long firedrill_curl_status(CURL *handle) {
  long status = 0;
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
  return status;
}
