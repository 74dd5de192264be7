/* SPDX-License-Identifier: GPL-2.0-only */
/* The harness of the kernel's selftests, and what each of our programs adds. */
#ifndef SELFTESTS_TAP_TESTS_H
#define SELFTESTS_TAP_TESTS_H

#include "kselftest_harness.h"
#include "tap.h"

/* A debug kernel on a busy machine is slow. */
#undef TEST_TIMEOUT_DEFAULT
#define TEST_TIMEOUT_DEFAULT 120

#define EXPECT_ERRNO(error, call) EXPECT_EQ(error, error_of(call))
#define ASSERT_ERRNO(error, call) ASSERT_EQ(error, error_of(call))

#endif
