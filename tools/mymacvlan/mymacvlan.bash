# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# bash completion for mymacvlan(8)

# _mymacvlan_lowers - names of devices here
_mymacvlan_lowers() {
	local path

	for path in /sys/class/net/*; do
		echo "${path##*/}"
	done
}

# _mymacvlan_words COMMAND PREVIOUS - what can come behind them
_mymacvlan_words() {
	local netns

	case $2 in
	-n)
		for netns in /run/netns/*; do
			echo "${netns##*/}"
		done
		return ;;
	host|macnat)
		echo "on off"
		return ;;
	address|index|-w)
		return ;;
	esac
	case $1 in
	"")	echo "-j -n show groups bindings stats monitor set --help --version" ;;
	show)	echo "child"; _mymacvlan_lowers ;;
	groups|bindings|monitor)	_mymacvlan_lowers ;;
	stats)	echo "-w"; _mymacvlan_lowers ;;
	set)	[ "$2" = set ] && _mymacvlan_lowers || echo "child address index host vouch macnat" ;;
	esac
}

_mymacvlan() {
	local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}
	local command='' i

	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		-j)	;;
		-n)	i=$((i + 1)) ;;
		*)	command=${COMP_WORDS[i]}
			break ;;
		esac
	done
	mapfile -t COMPREPLY < <(compgen -W "$(_mymacvlan_words "$command" "$previous")" -- "$current")
}

complete -F _mymacvlan mymacvlan
