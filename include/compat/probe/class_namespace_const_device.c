// SPDX-License-Identifier: GPL-2.0-only
/* Does a class's namespace() take a constant device? */
#include <linux/device.h>

void probe(const struct class *class, const struct device *dev);
void probe(const struct class *class, const struct device *dev)
{
	class->namespace(dev);
}
