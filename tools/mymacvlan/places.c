// SPDX-License-Identifier: GPL-2.0-only
/*
 * What network namespaces are called. The kernel has numbers only; names are those
 * of /run/netns, of Docker's containers, and else of a process that is in there.
 */
#include <ctype.h>
#include <dirent.h>
#include <err.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "model.h"
#include "places.h"

#define NETNS_DIR	"/run/netns"
#define DOCKER_DIR	"/var/lib/docker/containers"
/* Docker's description of a container, in characters. */
#define CONFIG_MAX	(256 * 1024)

struct place {
	unsigned int inode;
	char name[80];
};

static struct place *places;
static size_t count, room;
static bool have_names, have_processes;

static bool inode_of(const char *path, unsigned int *inode)
{
	struct stat st;

	if (stat(path, &st))
		return false;
	*inode = st.st_ino;
	return true;
}

static const struct place *known(unsigned int inode)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (places[i].inode == inode)
			return &places[i];
	return NULL;
}

/* The first name of a place is the one that is used. */
static void add(unsigned int inode, const char *name)
{
	if (known(inode))
		return;
	if (count == room) {
		room = room ? 2 * room : 64;
		places = realloc(places, room * sizeof(*places));
		if (!places)
			err(EXIT_FAILURE, "names of namespaces");
	}
	places[count].inode = inode;
	snprintf(places[count].name, sizeof(places[count].name), "%s", name);
	count++;
}

/* Calls @take with each entry of a directory; hidden ones are left out. */
static void each_entry(const char *dir, void (*take)(const char *name))
{
	struct dirent *entry;
	DIR *d = opendir(dir);

	if (!d)
		return;
	while ((entry = readdir(d)))
		if (entry->d_name[0] != '.')
			take(entry->d_name);
	closedir(d);
}

static void take_netns(const char *name)
{
	char path[PATH_MAX];
	unsigned int inode;

	snprintf(path, sizeof(path), NETNS_DIR "/%s", name);
	if (inode_of(path, &inode))
		add(inode, name);
}

static bool is_number(const char *text)
{
	return *text && text[strspn(text, "0123456789")] == '\0';
}

static bool inode_of_process(const char *pid, unsigned int *inode)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "/proc/%s/ns/net", pid);
	return inode_of(path, inode);
}

/* The value behind @key in @text, up to one of @ends, into @value. */
static bool extract(const char *text, const char *key, const char *ends,
		    char *value, size_t size)
{
	const char *pos = strstr(text, key);
	size_t len;

	if (!pos)
		return false;
	pos += strlen(key);
	len = strcspn(pos, ends);
	if (!len || len >= size)
		return false;
	memcpy(value, pos, len);
	value[len] = '\0';
	return true;
}

/* A container that runs has a process; its name is written "/name". */
static void take_container(const char *id)
{
	static char text[CONFIG_MAX];
	char path[PATH_MAX], name[64], pid[16];
	unsigned int inode;
	size_t len;
	FILE *f;

	snprintf(path, sizeof(path), DOCKER_DIR "/%s/config.v2.json", id);
	f = fopen(path, "re");
	if (!f)
		return;
	len = fread(text, 1, sizeof(text) - 1, f);
	fclose(f);
	text[len] = '\0';
	if (extract(text, "\"Name\":\"/", "\"", name, sizeof(name)) &&
	    extract(text, "\"Pid\":", ",}", pid, sizeof(pid)) &&
	    is_number(pid) && inode_of_process(pid, &inode))
		add(inode, name);
}

static void take_process(const char *pid)
{
	char path[PATH_MAX], comm[32] = "", name[64];
	unsigned int inode;
	FILE *f;

	if (!is_number(pid) || !inode_of_process(pid, &inode) || known(inode))
		return;
	snprintf(path, sizeof(path), "/proc/%s/comm", pid);
	f = fopen(path, "re");
	if (f) {
		if (fgets(comm, sizeof(comm), f))
			comm[strcspn(comm, "\n")] = '\0';
		make_text(comm);
		fclose(f);
	}
	snprintf(name, sizeof(name), "pid:%s(%s)", pid, comm);
	add(inode, name);
}

static void read_names(void)
{
	if (have_names)
		return;
	have_names = true;
	each_entry(NETNS_DIR, take_netns);
	each_entry(DOCKER_DIR, take_container);
}

/* The numbers of namespaces that have ended are given to others. */
void places_forget(void)
{
	count = 0;
	have_names = false;
	have_processes = false;
}

/* The name of a namespace, or NULL. */
const char *place_name(unsigned int inode)
{
	const struct place *place;

	read_names();
	place = known(inode);
	if (!place && !have_processes) {
		have_processes = true;
		each_entry("/proc", take_process);
		place = known(inode);
	}
	return place ? place->name : NULL;
}

/* The namespace of a name: as above, or the number of a process. */
bool place_find(const char *name, unsigned int *inode)
{
	size_t i;

	read_names();
	for (i = 0; i < count; i++) {
		if (strcmp(places[i].name, name))
			continue;
		*inode = places[i].inode;
		return true;
	}
	return is_number(name) && inode_of_process(name, inode);
}

/* Where this program runs. */
unsigned int place_here(void)
{
	unsigned int inode = 0;

	inode_of("/proc/self/ns/net", &inode);
	return inode;
}
