/* The network namespace: making a fresh one, and running programs in it. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent.h"

/* A mount namespace of our own with an empty /run: the lock of iptables is there, and is not shared. */
static void private_run(void)
{
	static int done;

	if (done)
		return;
	done = 1;
	if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("tmpfs", "/run", "tmpfs", 0, NULL))
		die("mount namespace");
}

/*
 * Every scenario has a namespace that no other has touched. Emptying a used one would not do: a table that was
 * loaded once stays hooked in, and routes and fragments stay learned.
 */
void namespace_fresh(void)
{
	private_run();
	counters_close();
	watch_close();
	forget_close();
	tuns_close();
	if (unshare(CLONE_NEWNET))
		die("network namespace");
	watch_open();
	forget_open();
}

int write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int failed;

	if (fd < 0)
		return errno;
	failed = write(fd, text, strlen(text)) < 0 ? errno : 0;
	close(fd);
	return failed;
}

/* Files in memory instead of pipes, so that a program that writes while we write cannot block either side. */
int run_program(char *const argv[], const void *input, size_t length, char **out, size_t *out_length)
{
	int in_fd = memfd_create("in", MFD_CLOEXEC), out_fd = memfd_create("out", MFD_CLOEXEC), status;
	struct stat st;
	size_t done = 0;
	pid_t pid;

	if (in_fd < 0 || out_fd < 0)
		die("memfd_create");
	while (done < length) {
		ssize_t n = write(in_fd, (const char *)input + done, length - done);

		if (n < 0)
			die("write to memory");
		done += n;
	}
	lseek(in_fd, 0, SEEK_SET);
	pid = vfork();
	if (pid < 0)
		die("vfork");
	if (pid == 0) {
		dup2(in_fd, 0);
		dup2(out_fd, 1);
		dup2(out_fd, 2);
		execvp(argv[0], argv);
		_exit(127);
	}
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			die("waitpid");
	if (fstat(out_fd, &st))
		die("fstat");
	*out = malloc(st.st_size + 1);
	if (!*out)
		die("malloc");
	*out_length = 0;
	while (*out_length < (size_t)st.st_size) {
		ssize_t n = pread(out_fd, *out + *out_length, st.st_size - *out_length, *out_length);

		if (n <= 0)
			break;
		*out_length += n;
	}
	close(in_fd);
	close(out_fd);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
