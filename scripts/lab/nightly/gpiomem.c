// The part of Raspberry Pi's kernel driver bcm2835-gpiomem, which Debian's kernel does not have: whoever maps
// /dev/gpiomem gets the registers of the pins. Here that device is /dev/mem under another name (memory device 1:1), and
// this library, loaded before all others, moves the mapping to where a Raspberry Pi 3 has those registers.
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define GPIO_REGISTERS 0x3f200000

void *mmap(void *address, size_t length, int protection, int flags, int fd, off_t offset) {
  struct stat file;
  if (fd >= 0 && fstat(fd, &file) == 0 && S_ISCHR(file.st_mode) && file.st_rdev == makedev(1, 1))
    offset += GPIO_REGISTERS;
  return (void *)syscall(SYS_mmap, address, length, protection, flags, fd, offset);
}
