/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * As if the kernel had been configured without something, for scripts/matrix: what the
 * driver and the kernel's headers make of that must compile. Nothing built so can be
 * loaded.
 */
#ifdef WITHOUT_VLAN_8021Q
#undef CONFIG_VLAN_8021Q
#undef CONFIG_VLAN_8021Q_MODULE
#endif

#ifdef WITHOUT_NET_POLL_CONTROLLER
#undef CONFIG_NET_POLL_CONTROLLER
#undef CONFIG_NETPOLL
#endif

#ifdef WITHOUT_IPV6
#undef CONFIG_IPV6
#undef CONFIG_IPV6_MODULE
#endif

#ifdef WITHOUT_NETFILTER
#undef CONFIG_NETFILTER
#undef CONFIG_NETFILTER_INGRESS
#undef CONFIG_NETFILTER_EGRESS
#endif

#ifdef WITHOUT_NET_CLS_ACT
#undef CONFIG_NET_CLS_ACT
#undef CONFIG_NET_INGRESS
#undef CONFIG_NET_EGRESS
#undef CONFIG_NET_XGRESS
#endif

#ifdef WITHOUT_XFRM
#undef CONFIG_XFRM
#undef CONFIG_XFRM_OFFLOAD
#endif

#ifdef WITHOUT_BPF_SYSCALL
#undef CONFIG_BPF_SYSCALL
#endif

#ifdef WITHOUT_NET_NS
#undef CONFIG_NET_NS
#endif

#ifdef WITHOUT_SMP
#undef CONFIG_SMP
#endif

#ifdef WITHOUT_TAP
#undef CONFIG_TAP
#undef CONFIG_TAP_MODULE
#endif

/* Built in, that is. */
#ifdef WITHOUT_MACVLAN_MODULE
#undef CONFIG_MACVLAN_MODULE
#define CONFIG_MACVLAN 1
#endif
