// SPDX-License-Identifier: GPL-2.0-only
/* Is there a function that tells whether TLS is still to encrypt a frame? */
#include <linux/skbuff.h>

void *probe = skb_is_decrypted;
