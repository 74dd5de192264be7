# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What the two virtual machines share: "run" (QEMU) and "uml" (User-mode Linux).
# Each sources this, sets $label and the defaults of the options, and defines
#
#   usage             what --help prints
#   own_option        NAME VALUE: takes an option that only it has, or fails
#   guest_command     prints the script that the guest runs
#   kernel_log        prints the part of $log in which nothing bad may be
#   last_words        prints why no kernel came up
#   mount_tree        prints what "mount" wants to know about the --root tree
#   stop_guest        ends the guest by force, if it runs
#
# and $last_line, not empty if the guest's last line is the end of it, whether
# or not the kernel manages to reset.

. "$(dirname "${BASH_SOURCE[0]}")/../../scripts/lib.sh"

# What no kernel log may have, and the part of it after which waiting for the
# command is useless.
bad='WARNING: |BUG: |BUG |Oops|Kernel panic|general protection fault'
bad+='|K[AMC]SAN: |UBSAN: |unreferenced object|kmemleak: [1-9]|refcount_t: |ref_tracker: .*users'
bad+='|unregister_netdevice: waiting|blocked for more than|soft lockup|hard LOCKUP'
bad+='|rcu.* stall|possible (recursive|circular|irq lock)|SLUB |list_(add|del) corruption'
bad+='|inconsistent lock state|suspicious RCU|DEBUG_LOCKS|ODEBUG: |locking bug'
hopeless='Kernel panic|unregister_netdevice: waiting|blocked for more than|soft lockup'

# A kernel that has not begun with the command after so many seconds never will.
boot_timeout=600

log='' timeout=600 cpus=1 mem=2G append='' quiet='' root_tree='' overlay=''
modules=() adds=() tools=$top/build/tools

say() {
	[ -n "$quiet" ] || echo "$label: $*" >&2
}

# fail STATUS TEXT
fail() {
	echo "$label: $2" >&2
	exit "$1"
}

# common_options - for usage()
common_options() {
	cat <<-END
	  --add SRC[=DST] copy a file or directory into the guest; DST is relative
	                  to the guest's copy of the project (default: the same
	                  path as in the project, or else the file's name)
	  --root TREE     run COMMAND in this Debian tree (read-only, what the guest
	                  writes is gone at its end)
	  --over DIR      lay what is in DIR over the tree
	  --timeout SEC   end the guest when COMMAND has written nothing for so many
	                  seconds (default $timeout); it may run for ever
	  --mem SIZE      memory (default $mem)
	  --append WORDS  more words for the kernel's command line
	  --quiet         no progress on standard error
	END
}

# statuses - for usage()
statuses() {
	cat <<-END
	The exit status is COMMAND's, except:
	  121  the kernel log has a warning, a bug, a hang or a leaked reference
	  122  the guest died before the command ended
	  123  the guest could not be started
	  124  nothing came from the command for too long
	END
}

parse() {
	while [ $# -gt 0 ]; do
		case $1 in
		--)		shift; break ;;
		--quiet)	quiet=1; shift; continue ;;
		--help|-h)	usage; exit ;;
		--*)		[ $# -ge 2 ] || fail 123 "$1 wants a value" ;;
		*)		break ;;
		esac
		case $1 in
		--module)	modules+=("$2") ;;
		--add)		adds+=("$2") ;;
		--root)		root_tree=$2 ;;
		--over)		overlay=$2 ;;
		--timeout)	timeout=$2 ;;
		--cpus)		cpus=$2 ;;
		--mem)		mem=$2 ;;
		--append)	append=$2 ;;
		--log)		log=$2 ;;
		*)		own_option "$1" "$2" || { usage >&2; fail 123 "unknown option $1"; } ;;
		esac
		shift 2
	done
	[ $# -gt 0 ] || { usage >&2; fail 123 "no command"; }
	command=("$@")
}

# check_modules HINT - those to be loaded can be read
check_modules() {
	local module

	[ "${modules[*]-}" != none ] || modules=()
	for module in "${modules[@]}"; do
		[ -r "$module" ] || fail 123 "no such module: $module$1"
	done
}

#
# What goes into the guest
#

# add_libraries FILE - the libraries of a program that was added
add_libraries() {
	local library

	[ -f "$1" ] && [ -x "$1" ] || return 0
	# A script has none, which ldd calls a failure.
	while read -r library; do
		mkdir -p "$tmp/root/usr${library%/*}"
		cp -L "$library" "$tmp/root/usr/${library#/usr/}"
	done < <(ldd "$1" 2>/dev/null | grep -o '/[^ )]*')
}

add_one() {
	local from=${1%%=*} to=''

	[ "$from" = "$1" ] || to=${1#*=}
	[ -e "$from" ] || fail 123 "no such file: $from"
	from=$(realpath "$from")
	case $from in
	"$top"/*)	to=${to:-${from#"$top"/}} ;;
	*)		to=${to:-${from##*/}} ;;
	esac
	mkdir -p "$(dirname "$tmp/root/root/mymacvlan/$to")"
	cp -rT "$from" "$tmp/root/root/mymacvlan/$to"
	add_libraries "$from"
}

# add_plugin - and mymacvlan(8), out of $tools
add_plugin() {
	local multiarch

	[ -e "$tools/link_mymacvlan.so" ] || return 0
	multiarch=$(gcc -print-multiarch 2>/dev/null || echo "$(uname -m)-linux-gnu")
	case $tools in
	*/tools-*)	multiarch=${tools##*/tools-} ;;
	esac
	install -D -m 644 "$tools"/link_mymacv*.so -t "$tmp/root/usr/lib/$multiarch/ip"
	install -D -m 755 "$tools/mymacvlan" -t "$tmp/root/usr/sbin"
}

# fill_root - $tmp/root gets what changes between runs: the tests, the modules
# under test, the command
fill_root() {
	local root=$tmp/root dir=$tmp/root/usr/lib/modules/$release/updates add module

	mkdir -p "$dir" "$root/vm" "$root/root/mymacvlan"
	install -m 755 "$top/selftests/vm/init" "$root/init"
	cp -rL "$top/selftests" "$root/root/mymacvlan/selftests"
	cp -rL "$top/scripts" "$root/root/mymacvlan/scripts"
	mkdir -p "$root/root/mymacvlan/tools"
	cp -rL "$top/tools/drop-in" "$root/root/mymacvlan/tools"
	for add in "${adds[@]}"; do
		add_one "$add"
	done
	add_plugin
	: >"$root/vm/modules"
	for module in "${modules[@]}"; do
		cp "$module" "$dir"
		basename "$module" .ko >>"$root/vm/modules"
		# Comes when a tap is made: who unloads one module need not know
		# of the other.
		[ "${module##*/}" != mymacvlan.ko ] ||
			cp "${module%/*}/mymacvtap.ko" "$dir"
	done
	guest_command >"$root/vm/command"
	[ -z "$root_tree" ] || fill_over
}

# fill_over - what lies over the tree, and how the guest mounts the tree itself.
# Modules among it go to the kernel's, where depmod finds them.
fill_over() {
	local root=$tmp/root over=$tmp/root/vm/over

	mkdir -p "$over"
	[ -z "$overlay" ] || cp -rT "$overlay" "$over"
	if [ -d "$over/usr/lib/modules" ]; then
		cp -rT "$over/usr/lib/modules" "$root/usr/lib/modules"
		rm -rf "$over/usr/lib/modules"
	fi
	mount_tree >"$root/vm/root"
}

# pack DIR [FIND-WORD...] - the files as an archive for an initramfs
pack() {
	(cd "$1" && find . -mindepth 1 "${@:2}" -print0 |
		cpio --null -o -H newc -R 0:0 --quiet)
}

#
# The run
#

# show_output - what the guest writes into $tmp/out, on standard output
show_output() {
	: >"$log"
	: >"$tmp/result"
	: >"$tmp/said"
	mkfifo "$tmp/out"
	tee "$tmp/said" <"$tmp/out" &
	reader=$!
}

# look_for_life - counts in $silence for how long the command has said nothing, and
# in $longest the most of that so far. The boot does not count: how long it takes is
# no matter of the command.
look_for_life() {
	local size

	if [ -z "$begun" ]; then
		grep -q 'mymacvlan-vm: running the command' "$log" || return 0
		begun=1 last=$SECONDS
	fi
	size=$(stat -c %s "$tmp/said")
	[ "$size" = "$said" ] || last=$SECONDS
	said=$size silence=$((SECONDS - last))
	[ "$silence" -le "$longest" ] || longest=$silence
}

# too_late - it will not end by itself any more
too_late() {
	if [ -n "$begun" ]; then
		[ "$silence" -ge "$timeout" ]
	else
		[ "$SECONDS" -ge "$boot_end" ]
	fi
}

# watch_guest - until it ends, hangs or is silent for too long; sets $ended. A limit
# of the whole run would be one of how busy this machine is.
watch_guest() {
	local boot_end=$((SECONDS + boot_timeout)) last=$SECONDS said=0

	ended=itself begun='' silence=0 longest=0
	while kill -0 "$pid" 2>/dev/null; do
		look_for_life
		if too_late; then
			ended=timeout
		elif [ -n "$last_line" ] && grep -q '^vm-done ' "$tmp/result"; then
			ended=itself
		elif grep -qE "$hopeless" "$log"; then
			ended=hopeless
			# The rest of the report is on its way, without a mark at its end.
			sleep 2
		else
			sleep 0.2
			continue
		fi
		break
	done
	stop_guest
	wait "$reader" || :
}

# why_ended - of a guest that was ended by force
why_ended() {
	if [ -n "$begun" ]; then
		echo "the command was silent for $timeout s, ended by force"
	else
		echo "still booting after $boot_timeout s, ended by force"
	fi
}

# verdict - from the way the guest ended to this script's exit status
verdict() {
	local result status taint lines

	result=$(tr -d '\r' <"$tmp/result" 2>/dev/null | grep '^vm-done ' || :)
	lines=$(kernel_log | grep -nE "$bad" || :)
	if [ -n "$lines" ]; then
		echo "$label: the kernel log ($log) has:" >&2
		head -n 40 <<<"$lines" | sed "s/^/$label:   /" >&2
	fi
	[ "$ended" != timeout ] || fail 124 "$(why_ended)"
	if [ -z "$result" ]; then
		[ -s "$log" ] || fail 123 "$(last_words)"
		[ -n "$lines" ] || tail -n 5 "$log" >&2
		fail 122 "the guest died before the command ended"
	fi
	[ -z "$lines" ] || fail 121 "the kernel complained"
	[[ $result =~ status=([0-9]+)\ taint=([0-9]+) ]]
	status=${BASH_REMATCH[1]} taint=${BASH_REMATCH[2]}
	# Bad page, died (oops), warned, soft lockup.
	[ $((taint & (1 << 5 | 1 << 7 | 1 << 9 | 1 << 14))) = 0 ] ||
		fail 121 "the kernel is tainted: $taint"
	say "exit status $status after $SECONDS s ($longest s at most in silence), kernel log in $log"
	exit "$status"
}

cleanup() {
	stop_guest
	rm -rf "$tmp"
}

# start_run - a directory of its own, gone at the end
start_run() {
	pid=''
	tmp=$(mktemp -d "${TMPDIR:-/tmp}/mymacvlan-$label.XXXXXX")
	trap cleanup EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM
}
