/*
 * What this machine could do at best: the same measurements as those of the contenders, without any pool.
 *
 *   limits MEASUREMENT UNITS ROUNDS LIMIT DIRECTORY [COMMAND ...]
 *
 * Prints one line of JSON: {"samples": {VARIANT: [number, ...]}}. COMMAND is what worker-ready starts; it prints a byte.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long units, rounds;
static int variants;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e9 + t.tv_nsec;
}

static void die(const char *what) {
  perror(what);
  exit(1);
}

static void *mapped(size_t bytes, int how) {
  void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, how | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) die("mmap");
  return memory;
}

static void *shared(size_t bytes) { return mapped(bytes, MAP_SHARED); }

static pid_t forked(void) {
  pid_t child = fork();
  if (child < 0) die("fork");
  return child;
}

static void print(const char *variant, const double *samples, long count) {
  printf("%s\"%s\": [", variants++ ? ", " : "{\"samples\": {", variant);
  for (long i = 0; i < count; i++) printf("%s%.6f", i ? ", " : "", samples[i]);
  printf("]");
}

/* ---- round-trip: 64 bytes there and back */

static void pipe_ping(double *samples) {
  int there[2], back[2];
  char message[64] = {0};
  if (pipe(there) || pipe(back)) die("pipe");
  pid_t child = forked();
  if (!child) {
    close(there[1]);
    while (read(there[0], message, sizeof message) == sizeof message)
      if (write(back[1], message, sizeof message) != sizeof message) die("write");
    _exit(0);
  }
  for (long i = 0; i < units; i++) {
    double began = now();
    if (write(there[1], message, sizeof message) != sizeof message) die("write");
    if (read(back[0], message, sizeof message) != sizeof message) die("read");
    samples[i] = (now() - began) / 1e3;
  }
  close(there[1]);
  waitpid(child, NULL, 0);
}

static void wait_until(atomic_int *word, int value) {
  int seen;
  while ((seen = atomic_load(word)) != value) syscall(SYS_futex, word, FUTEX_WAIT, seen, NULL, NULL, 0);
}

static void set(atomic_int *word, int value) {
  atomic_store(word, value);
  syscall(SYS_futex, word, FUTEX_WAKE, 1, NULL, NULL, 0);
}

static void futex_ping(double *samples) {
  atomic_int *word = shared(4096);
  pid_t child = forked();
  if (!child) {
    for (long i = 0; i < units; i++) {
      wait_until(word, 1);
      set(word, 0);
    }
    _exit(0);
  }
  for (long i = 0; i < units; i++) {
    double began = now();
    set(word, 1);
    wait_until(word, 0);
    samples[i] = (now() - began) / 1e3;
  }
  waitpid(child, NULL, 0);
}

/* ---- array-in: that many doubles, copied */

static void copies(double *warm, double *fresh) {
  size_t bytes = units * sizeof(double);
  char *from = shared(bytes), *to = shared(bytes);
  memset(from, 1, bytes);
  memset(to, 1, bytes);
  for (long i = 0; i < rounds; i++) {
    double began = now();
    memcpy(to, from, bytes);
    warm[i] = (now() - began) / 1e6;
    began = now();
    char *new = shared(bytes);
    memcpy(new, from, bytes);
    fresh[i] = (now() - began) / 1e6;
    munmap(new, bytes);
  }
}

/* ---- kill: of a process that holds that many bytes, until waitpid tells */

static void kills(double *samples) {
  for (long i = 0; i < rounds; i++) {
    atomic_int *ready = shared(4096);
    pid_t child = forked();
    if (!child) {
      memset(mapped(units + 1, MAP_PRIVATE), 1, units + 1);
      set(ready, 1);
      for (;;) pause();
    }
    wait_until(ready, 1);
    double began = now();
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    samples[i] = (now() - began) / 1e6;
  }
}

/* ---- worker-ready: from fork to the first byte that the command prints */

static void starts(double *samples, char **command) {
  for (long i = 0; i < rounds; i++) {
    int out[2];
    char byte;
    if (pipe(out)) die("pipe");
    double began = now();
    pid_t child = forked();
    if (!child) {
      dup2(out[1], 1);
      close(out[0]);
      execv(command[0], command);
      _exit(127);
    }
    close(out[1]);
    if (read(out[0], &byte, 1) != 1) die("the command printed nothing");
    samples[i] = (now() - began) / 1e6;
    close(out[0]);
    waitpid(child, NULL, 0);
  }
}

/* ---- counter: a robust mutex, two processes */

struct counter {
  pthread_mutex_t mutex;
  atomic_int ready, go;
  volatile long value;
};

static void count(struct counter *counter) {
  atomic_fetch_add(&counter->ready, 1);
  while (!atomic_load(&counter->go)) {
  }
  for (long i = 0; i < units; i++) {
    pthread_mutex_lock(&counter->mutex);
    counter->value++;
    pthread_mutex_unlock(&counter->mutex);
  }
}

static void counters(double *samples) {
  struct counter *counter = shared(sizeof *counter);
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
  pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
  pthread_mutex_init(&counter->mutex, &attributes);
  for (long i = 0; i < rounds; i++) {
    atomic_store(&counter->ready, 0);
    atomic_store(&counter->go, 0);
    for (int child = 0; child < 2; child++) {
      if (!forked()) {
        count(counter);
        _exit(0);
      }
    }
    while (atomic_load(&counter->ready) < 2) usleep(100);
    double began = now();
    atomic_store(&counter->go, 1);
    while (wait(NULL) > 0) {
    }
    samples[i] = (now() - began) / (2.0 * units);
  }
}

int main(int count_of_arguments, char **arguments) {
  if (count_of_arguments < 6) {
    fprintf(stderr, "limits MEASUREMENT UNITS ROUNDS LIMIT DIRECTORY [COMMAND ...]\n");
    return 2;
  }
  const char *measurement = arguments[1];
  units = atol(arguments[2]);
  rounds = atol(arguments[3]);
  long room = units > rounds && !strcmp(measurement, "round-trip") ? units : rounds;
  double *samples = calloc(room, sizeof(double)), *others = calloc(room, sizeof(double));
  if (!strcmp(measurement, "round-trip")) {
    pipe_ping(samples);
    print("two pipes", samples, units);
    futex_ping(samples);
    print("futex", samples, units);
  } else if (!strcmp(measurement, "array-in")) {
    copies(samples, others);
    print("memcpy", samples, rounds);
    print("memcpy into fresh shared memory", others, rounds);
  } else if (!strncmp(measurement, "kill", 4)) {
    kills(samples);
    print("waitpid", samples, rounds);
  } else if (!strcmp(measurement, "worker-ready")) {
    starts(samples, arguments + 6);
    print("bare JVM", samples, rounds);
  } else if (!strcmp(measurement, "counter")) {
    counters(samples);
    print("robust mutex", samples, rounds);
  } else {
    printf("{\"samples\": {");
  }
  printf("}}\n");
  return 0;
}
