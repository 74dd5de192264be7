// SPDX-License-Identifier: GPL-2.0-only
/*
 * load text NAME=MODULE...
 * load symbols all
 *
 * "text" tells the plugin where the code of loaded modules is. The kernel tells where
 * a module's sections are, the module's file how long they are. One NAME may
 * stand for several modules. "symbols" tells the names of all functions, for a
 * profile.
 */
#include <elf.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "load.h"
#include "mark.h"

static unsigned long address_of(const char *module, const char *section)
{
	unsigned long address = 0;
	char path[256];
	FILE *file;

	snprintf(path, sizeof(path), "/sys/module/%s/sections/%s", module, section);
	file = fopen(path, "re");
	if (!file)
		return 0;
	if (fscanf(file, "%lx", &address) != 1)
		address = 0;
	fclose(file);
	return address;
}

/* The file of the module, wherever it was loaded from. */
static const void *map_file(const char *module)
{
	struct utsname uts;
	char command[512], path[256] = "";
	struct stat st;
	void *data;
	FILE *pipe;
	int fd;

	uname(&uts);
	snprintf(command, sizeof(command), "modinfo -F filename %s", module);
	pipe = popen(command, "re");
	if (!pipe || !fgets(path, sizeof(path), pipe))
		die("no file of module %s", module);
	pclose(pipe);
	path[strcspn(path, "\n")] = 0;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st))
		die("%s: %m", path);
	data = mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (data == MAP_FAILED)
		die("%s: %m", path);
	close(fd);
	return data;
}

static void tell_module(const char *name, const char *module)
{
	const Elf64_Ehdr *elf = map_file(module);
	const Elf64_Shdr *section = (const void *)((const char *)elf + elf->e_shoff);
	const char *names = (const char *)elf + section[elf->e_shstrndx].sh_offset;
	unsigned long address, found = 0;
	int i;

	for (i = 0; i < elf->e_shnum; i++) {
		const char *title = names + section[i].sh_name;

		if (!(section[i].sh_flags & SHF_EXECINSTR) || !section[i].sh_size)
			continue;
		address = address_of(module, title);
		/* .init.text is gone after loading. */
		if (!address || strstr(title, "init"))
			continue;
		mark("text %s %lx %lx", name, address, address + section[i].sh_size);
		found++;
	}
	if (!found)
		die("module %s has no code", module);
}

void do_text(char **words)
{
	char *equals;
	int i;

	for (i = 0; words[i]; i++) {
		equals = strchr(words[i], '=');
		if (!equals)
			die("NAME=MODULE, not %s", words[i]);
		*equals = 0;
		mark("forget %s", words[i]);
		*equals = '=';
	}
	for (i = 0; words[i]; i++) {
		equals = strchr(words[i], '=');
		*equals = 0;
		tell_module(words[i], equals + 1);
	}
}

void do_symbols(char **words)
{
	char address[32], type, name[512], line[640];
	FILE *file = fopen("/proc/kallsyms", "re");

	(void)words;
	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "%31s %c %511s", address, &type, name) == 3 &&
		    strchr("tTwW", type))
			mark("symbol %s %s", address, name);
	if (!file)
		die("/proc/kallsyms: %m");
	fclose(file);
}
