#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# libvirt with <interface type='direct'>: the example of clients.md with a real guest, each
# mode, with vhost-net and without, the guest's MAC address and its link. Under
# Debian's kernels it is emulation in emulation, so there is one guest, which
# changes its cards; other domains are made and not started. libvirt gives vhost-net
# to guests of KVM only: QEMU's emulation of a processor has AMD's virtualisation
# extension, User-mode Linux has none.
#
#   .----------- machine ------------.   .- netns sibling -.
#   |  guest .61  (QEMU)             |   |     s0 .62      |
#   |     '---- macvtap0 --.         |   '--------+--------'
#   |                   enp0s5 ------|------------'
#   '---------------------+----------'
#                         '---- switch: br0 192.168.2.1
. "$(dirname "$0")/lib.sh"
# shellcheck source=../qemu/console.sh
. "$LIB_DIR/qemu/console.sh"
client_programs virsh libvirtd qemu-system-x86_64

files=${LIB_DIR%/*}/qemu-files
[ -e "$files/kernel" ] || skip_all "no guest in this machine: make test-clients"

#
# libvirt
#

virsh() {
	on machine virsh --quiet --connect qemu:///system "$@"
}

libvirt_answers() {
	virsh version
}

# libvirt_start - QEMU as root, with no security driver: there is none in this
# kernel. All the rest is as Debian has it.
libvirt_start() {
	on machine tee /etc/libvirt/qemu.conf >/dev/null <<-END
		user = "root"
		group = "root"
		security_driver = "none"
		stdio_handler = "file"
	END
	program_start machine libvirtd libvirtd
	poll 120 libvirt_answers || {
		program_log machine libvirtd
		echo "Bail out! libvirtd does not answer"
		exit 1
	}
}

# has_kvm - a domain of KVM with vhost-net can be made; whether it runs is another
# question
has_kvm() {
	[ -e /dev/kvm ] || modprobe kvm_amd 2>/dev/null
	[ -e /dev/vhost-net ] || modprobe vhost_net 2>/dev/null
	[ -e /dev/kvm ] && [ -e /dev/vhost-net ]
}

# interface MODE DRIVER - the card of a domain, as XML
interface() {
	cat <<-END
		<interface type='direct' trustGuestRxFilters='yes'>
		  <mac address='52:54:00:00:02:61'/>
		  <source dev='enp0s5' mode='$1'/>
		  <model type='virtio'/>
		  <driver name='$2'/>
		  <rom enabled='no'/>
		</interface>
	END
}

# domain NAME MODE DRIVER - as XML, with a serial line that is two pipes. A guest
# of KVM is not to know where it is, see ../qemu/guest.sh.
domain() {
	local type=qemu

	[ "$3" = qemu ] || type=kvm
	cat <<-END
		<domain type='$type'>
		  <name>$1</name>
		  <memory unit='MiB'>128</memory>
		  <vcpu>1</vcpu>
		  <os>
		    <type arch='x86_64' machine='pc'>hvm</type>
		    <kernel>$files/kernel</kernel>
		    <initrd>$files/initrd</initrd>
		    <cmdline>$GUEST_APPEND</cmdline>
		  </os>
		  <features><acpi/><kvm><hidden state='on'/></kvm></features>
		  <cpu mode='maximum'><feature policy='disable' name='la57'/></cpu>
		  <on_reboot>destroy</on_reboot>
		  <devices>
		    $(interface "$2" "$3")
		    <serial type='pipe'><source path='/run/$1'/></serial>
		    <controller type='usb' model='none'/>
		    <memballoon model='none'/>
		  </devices>
		</domain>
	END
}

# create NAME MODE DRIVER [OPTION...] - a transient domain
create() {
	domain "${@:1:3}" | virsh create "${@:4}" /dev/stdin
}

# device - of the only domain's card, on the machine
device() {
	virsh domiflist "$1" | awk '{ print $1 }'
}

# opened NAME FILE - how often QEMU has it open
opened() {
	# shellcheck disable=SC2016 # the machine's shell
	on machine sh -c 'ls -l "/proc/$(cat "/run/libvirt/qemu/$0.pid")/fd"' "$1" |
		grep -c " $2\$" || :
}

# is_tap NAME MODE DRIVER - the card is ours, in that mode, its node is open, and
# QEMU uses vhost-net or does not
is_tap() {
	local name=$1 mode=$2 driver=$3 dev index vhost=0

	dev=$(device "$name")
	ours "$name: $dev" on machine
	equal "kind and mode of $dev" "$(on machine ip -d -j link show dev "$dev" |
		jq -r '.[0].linkinfo | "\(.info_kind) \(.info_data.mode)"')" \
		"macvtap ${mode/passthrough/passthru}"
	index=$(on machine cat "/sys/class/net/$dev/ifindex")
	equal "taps that QEMU has open" "$(opened "$name" "/dev/tap$index")" 1
	[ "$driver" = qemu ] || vhost=1
	equal "vhost-net that QEMU has open" "$(opened "$name" /dev/vhost-net)" "$vhost"
}

# cards_are_free - none of our devices is left, and nothing of them on the card
cards_are_free() {
	no_links "$machine" && [ "$(field "$machine" enp0s5 promiscuity)" = 0 ] &&
		[ "$(mac "$machine" enp0s5)" = "$card_mac" ]
}

#
# The guest
#

# guest_pipes - to its serial line and from it, for as long as this file runs
guest_pipes() {
	local run=/proc/${MACHINE_PID[machine]}/root/run

	mkfifo "$run/guest.in" "$run/guest.out"
	# For reading and writing: does not wait for the other side.
	exec {guest_in}<>"$run/guest.in" {guest_out}<>"$run/guest.out"
}

# guest_reaches TEXT HOST...
guest_reaches() {
	check "the guest reaches ${*:2} $1" guest \
		"for host in ${*:2}; do ping -q -c 1 -w 10 \$host || break; done"
}

# guest_network - its card, as soon as it is there
guest_network() {
	check "the guest finds its card" guest \
		"until [ -e /sys/class/net/eth0 ]; do usleep 100000; done"
	check "the guest's network" guest \
		"ip link set eth0 up && ip address add 192.168.2.61/24 dev eth0"
}

gateway_reaches_guest() {
	in_ns "$switch" ping -q -c 1 -w "${1-10}" 192.168.2.61
}

# card MODE - the guest gets another card
card() {
	interface "$1" qemu | check "attach a card: $1" virsh attach-device guest /dev/stdin
	is_tap guest "$1" qemu
	guest_network
}

# no_card MODE - the guest agrees some time later, and then it goes
no_card() {
	interface "$1" qemu | check "detach the card: $1" virsh detach-device guest /dev/stdin
	check "the tap is gone" poll 60 cards_are_free
}

#
# Tests
#

test_readme() {
	check "virsh create" create guest bridge qemu
	is_tap guest bridge qemu
	# Its kernel starts.
	answer 600 >"$RESULT_DIR/console" || fail "no guest: $(<"$RESULT_DIR/console")"
	guest_network
	guest_reaches "in mode bridge" 192.168.2.1
	check "the gateway reaches the guest" gateway_reaches_guest
}

test_sibling() {
	ip -n "$machine" link add link enp0s5 name s0 netns "$sibling" type macvlan mode bridge
	ip -n "$sibling" address add 192.168.2.62/24 dev s0
	ip -n "$sibling" link set s0 up
	guest_reaches "beside it" 192.168.2.62
	check "it reaches the guest" in_ns "$sibling" ping -q -c 1 -w 10 192.168.2.61
	ip -n "$sibling" link delete s0
}

# has_mac DEV MAC
has_mac() {
	[ "$(mac "$machine" "$1")" = "$2" ]
}

# QEMU tells libvirt, and libvirt sets it on the tap.
test_mac_address_changed_by_the_guest() {
	check "the guest changes its MAC address" guest \
		"ip link set eth0 address 52:54:00:00:02:99"
	check "the tap has it" poll 30 has_mac "$(device guest)" 52:54:00:00:02:99
	# By trustGuestRxFilters: libvirt is the host.
	has "$machine" "$(device guest)" addr_vouched=true
	guest_reaches "with it" 192.168.2.1
	check "the gateway reaches the guest" gateway_reaches_guest
}

test_link_state() {
	local dev

	dev=$(device guest)
	check "domif-setlink down" virsh domif-setlink guest "$dev" down
	check "the guest sees it" guest "until [ \$(cat /sys/class/net/eth0/carrier) = 0 ]; do usleep 100000; done"
	! gateway_reaches_guest 2 >/dev/null 2>&1 || fail "the gateway reaches the guest"
	check "domif-setlink up" virsh domif-setlink guest "$dev" up
	check "the guest sees that" guest "until [ \$(cat /sys/class/net/eth0/carrier) = 1 ]; do usleep 100000; done"
	check "the gateway reaches the guest" gateway_reaches_guest
}

# change_card OLD-MODE MODE
change_card() {
	no_card "$1"
	card "$2"
	guest_reaches "in mode $2" 192.168.2.1
	check "the gateway reaches the guest" gateway_reaches_guest
}

test_other_cards() {
	change_card bridge vepa
	change_card vepa private
	change_card private passthrough
	equal "MAC address of enp0s5" "$(mac "$machine" enp0s5)" 52:54:00:00:02:61
	change_card passthrough bridge
}

test_destroy() {
	check "virsh destroy" virsh destroy guest
	check "the tap is gone" poll 20 cards_are_free
}

# each_mode DRIVER - domains that do not start: what libvirt does about their card
# is done before
each_mode() {
	local mode

	for mode in bridge vepa private passthrough; do
		check "virsh create: $mode, $1" create other "$mode" "$1" --paused
		is_tap other "$mode" "$1"
		check "virsh destroy: $mode, $1" virsh destroy other
		check "$mode, $1: the tap is gone" poll 20 cards_are_free
	done
}

test_each_mode_from_the_start() {
	each_mode qemu
}

test_each_mode_with_vhost() {
	has_kvm || skip "no KVM or no vhost-net in this machine, and libvirt uses vhost-net with that only"
	each_mode vhost
}

# silence - what another guest has said is read and forgotten
silence() {
	local line

	while IFS= read -rt 0.2 -u "$guest_out" line; do :; done
}

# vhost_guest - true if it starts; the test fails where it does, and nothing comes
# through
vhost_guest() {
	silence
	check "virsh create" create guest bridge vhost
	is_tap guest bridge vhost
	answer 30 >"$RESULT_DIR/console" || return
	guest_network
	guest_reaches "by vhost-net" 192.168.2.1
	check "the gateway reaches the guest" gateway_reaches_guest
}

# KVM in an emulated machine hangs one time in ten.
test_vhost() {
	local attempt started=''

	has_kvm || skip "no KVM or no vhost-net in this machine, and libvirt uses vhost-net with that only"
	for attempt in 1 2 3 4; do
		if vhost_guest; then started=1; fi
		check "virsh destroy" virsh destroy guest
		check "the tap is gone" poll 20 cards_are_free
		[ -z "$started" ] || return 0
		note "the guest did not start, attempt $attempt: $(tail -n 1 "$RESULT_DIR/console")"
	done
	skip "KVM does not work in this machine"
}

# The other example of clients.md: libvirt takes the tap and leaves it.
test_a_tap_made_by_hand() {
	local driver=qemu

	! has_kvm || driver=vhost
	on machine ip link add link enp0s5 name t0 address 52:54:00:12:34:56 \
		type macvtap mode bridge
	on machine ip link set t0 up
	check "virsh create" create other bridge "$driver" --paused
	check "attach a card: t0" virsh attach-device other /dev/stdin <<-END
		<interface type='ethernet'>
		  <target dev='t0' managed='no'/>
		  <mac address='52:54:00:12:34:56'/>
		  <model type='virtio'/>
		  <driver name='$driver' queues='2'/>
		</interface>
	END
	equal "queues of t0 in use" \
		"$(opened other "/dev/tap$(on machine cat /sys/class/net/t0/ifindex)")" 2
	[ "$driver" = qemu ] ||
		equal "of vhost-net, with the other card's" "$(opened other /dev/vhost-net)" 3
	check "virsh destroy" virsh destroy other
	equal "MAC address of t0" "$(mac "$machine" t0)" 52:54:00:12:34:56
	on machine ip link delete t0
	check "nothing is left" poll 20 cards_are_free
}

# QEMU dies: libvirt tidies up.
test_a_guest_that_dies() {
	check "virsh create" create other bridge qemu --paused
	# shellcheck disable=SC2016 # the machine's shell
	on machine sh -c 'kill -KILL "$(cat /run/libvirt/qemu/other.pid)"'
	check "the tap is gone" poll 20 cards_are_free
}

test_nothing_is_left() {
	on machine pkill -TERM libvirtd
	check "no tap is left" no_links "$machine"
	unloads
}

lan machine
netns sibling
card_mac=$(mac "$machine" enp0s5)
on machine mkfifo /run/other.in /run/other.out
guest_pipes
GUEST_LOG=/proc/${MACHINE_PID[machine]}/root/var/log/libvirt/qemu/guest.log
libvirt_start
run_tests readme sibling mac_address_changed_by_the_guest link_state other_cards \
	destroy each_mode_from_the_start each_mode_with_vhost vhost a_tap_made_by_hand a_guest_that_dies nothing_is_left
