# SPDX-License-Identifier: GPL-2.0-only
#
# Reads what the kernel's selftest runner prints, as it comes, and prints one
# line an event, fields parted by tabs:
#   start  TARGET/PROGRAM
#   fail   TARGET/PROGRAM  NAME  WHAT-THE-TEST-SAID
#   skip   TARGET/PROGRAM  NAME  REASON
#   end    TARGET/PROGRAM  PASSED  FAILED  SKIPPED

function event(text) {
	print text
	fflush()
}

function bad(name) {
	failed++
	event("fail\t" program "\t" name "\t" substr(said, 1, 300))
	said = ""
}

function skip(name, reason) {
	skipped++
	event("skip\t" program "\t" name "\t" reason)
}

# What a test remarks: of kselftest_harness.h's own words only the assertions.
function remark(text) {
	sub(/^# # */, "", text)
	gsub(/\t/, " ", text)
	if (text !~ /^(RUN|OK|FAIL|SKIP) /)
		said = said (said == "" ? "" : "; ") text
}

# The part after "# SKIP", whichever way it is written.
function reason_of(text) {
	sub(/^.*# *[Ss][Kk][Ii][Pp] */, "", text)
	return text
}

function name_of(text) {
	sub(/^#* *(not )?ok [0-9]+ *-? */, "", text)
	sub(/ *# *[Ss][Kk][Ii][Pp].*/, "", text)
	return text
}

{ sub(/\r$/, "") }

/^# selftests: / {
	# The target is a path where the target is run in place.
	target = $3
	sub(/:$/, "", target)
	sub(/^.*\//, "", target)
	program = target "/" $4
	passed = failed = skipped = plan = 0
	all_skipped = said = ""
	event("start\t" program)
	next
}

program == "" { next }

/^# 1\.\.[0-9]+/ {
	plan = substr($2, 4) + 0
	if (tolower($0) ~ /# *skip/)
		all_skipped = reason_of($0)
	next
}

/^# # / { remark($0); next }

/^# ok [0-9]+/ {
	said = ""
	if (tolower($0) ~ /# *skip/)
		skip(name_of($0), reason_of($0))
	else
		passed++
	next
}

/^# not ok [0-9]+/ { bad(name_of($0)); next }

/^(not )?ok [0-9]+ selftests: / {
	done = passed + failed + skipped
	if ($1 == "not") {
		why = $0
		if (!sub(/^[^#]*# */, "", why))
			why = "failed"
		if (done < plan)
			bad("ended after " done " of " plan " tests: " why)
		else if (!failed)
			bad(why)
	} else if (done < plan) {
		bad("ended after " done " of " plan " tests")
	} else if (tolower($0) ~ /# *skip/ && !done) {
		skip("all of it", all_skipped)
	} else if (!done) {
		passed++
	}
	event("end\t" program "\t" passed "\t" failed "\t" skipped)
	program = ""
}
