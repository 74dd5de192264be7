// SPDX-License-Identifier: GPL-2.0-only
/* Does a class's namespace() return the common part of a namespace? */
#include <linux/device.h>

const struct ns_common *probe(const struct class *class, struct device *dev);
const struct ns_common *probe(const struct class *class, struct device *dev)
{
	_Static_assert(__builtin_types_compatible_p(typeof(class->namespace(dev)),
						    const struct ns_common *),
		       "returns the namespace itself");
	return class->namespace(dev);
}
