// SPDX-License-Identifier: GPL-2.0-only
/* Does a device type's devnode() take a constant device? */
#include <linux/device.h>

char *probe(const struct device_type *type, const struct device *dev);
char *probe(const struct device_type *type, const struct device *dev)
{
	return type->devnode(dev, NULL, NULL, NULL);
}
