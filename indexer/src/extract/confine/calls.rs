//! seccomp: which system calls answer "not permitted".
//!
//! A list of what is refused, not of what is allowed: libc, the loader and three programs in C++ change what they call with every
//! version and machine, and a reader that stops after an update reads nothing at all. What is refused is what a reader of documents
//! never needs: other machines, other processes, other users, the shape of the file system, anything that changes a file.

use super::Held;
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
    TargetArch, apply_filter,
};
use std::collections::BTreeMap;

/// Who is confined.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// The child: it starts programs, ends them, and sets its own processor time.
    Reader,
    /// A program: none of that.
    Program,
}

/// Nobody who reads documents needs any of these.
const NEVER: &[i64] = &[
    // other machines
    libc::SYS_socket,
    libc::SYS_socketpair,
    libc::SYS_connect,
    libc::SYS_bind,
    libc::SYS_listen,
    libc::SYS_accept,
    libc::SYS_accept4,
    // ways around a filter, and into other processes or the kernel
    libc::SYS_io_uring_setup,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_process_madvise,
    libc::SYS_pidfd_getfd,
    libc::SYS_pidfd_open,
    libc::SYS_kcmp,
    libc::SYS_bpf,
    libc::SYS_perf_event_open,
    libc::SYS_userfaultfd,
    libc::SYS_memfd_create,
    libc::SYS_add_key,
    libc::SYS_request_key,
    libc::SYS_keyctl,
    libc::SYS_init_module,
    libc::SYS_finit_module,
    libc::SYS_delete_module,
    libc::SYS_kexec_load,
    libc::SYS_syslog,
    libc::SYS_personality,
    libc::SYS_fanotify_init,
    libc::SYS_open_by_handle_at,
    libc::SYS_name_to_handle_at,
    // shape of the file system, other namespaces
    libc::SYS_mount,
    libc::SYS_umount2,
    libc::SYS_pivot_root,
    libc::SYS_chroot,
    libc::SYS_unshare,
    libc::SYS_setns,
    libc::SYS_open_tree,
    libc::SYS_move_mount,
    libc::SYS_fsopen,
    libc::SYS_fsconfig,
    libc::SYS_fsmount,
    libc::SYS_fspick,
    libc::SYS_swapon,
    libc::SYS_swapoff,
    libc::SYS_reboot,
    libc::SYS_acct,
    libc::SYS_quotactl,
    libc::SYS_sethostname,
    libc::SYS_setdomainname,
    libc::SYS_settimeofday,
    libc::SYS_clock_settime,
    libc::SYS_clock_adjtime,
    libc::SYS_adjtimex,
    // other users
    libc::SYS_setuid,
    libc::SYS_setgid,
    libc::SYS_setreuid,
    libc::SYS_setregid,
    libc::SYS_setresuid,
    libc::SYS_setresgid,
    libc::SYS_setgroups,
    libc::SYS_capset,
    // what changes a file or a name
    libc::SYS_truncate,
    libc::SYS_ftruncate,
    libc::SYS_fallocate,
    libc::SYS_mkdirat,
    libc::SYS_mknodat,
    libc::SYS_unlinkat,
    libc::SYS_linkat,
    libc::SYS_symlinkat,
    libc::SYS_renameat2,
    libc::SYS_fchmod,
    libc::SYS_fchmodat,
    libc::SYS_fchown,
    libc::SYS_fchownat,
    libc::SYS_utimensat,
    libc::SYS_setxattr,
    libc::SYS_lsetxattr,
    libc::SYS_fsetxattr,
    libc::SYS_removexattr,
    libc::SYS_lremovexattr,
    libc::SYS_fremovexattr,
    // what is shared with other processes
    libc::SYS_shmget,
    libc::SYS_shmat,
    libc::SYS_msgget,
    libc::SYS_semget,
    libc::SYS_mq_open,
];

/// The older names of some of these, where a machine still has them.
#[cfg(target_arch = "x86_64")]
const NEVER_OLD: &[i64] = &[
    libc::SYS_creat,
    libc::SYS_mkdir,
    libc::SYS_rmdir,
    libc::SYS_mknod,
    libc::SYS_unlink,
    libc::SYS_link,
    libc::SYS_symlink,
    libc::SYS_rename,
    libc::SYS_renameat,
    libc::SYS_chmod,
    libc::SYS_chown,
    libc::SYS_lchown,
    libc::SYS_utime,
    libc::SYS_utimes,
    libc::SYS_futimesat,
    libc::SYS_iopl,
    libc::SYS_ioperm,
    libc::SYS_modify_ldt,
    libc::SYS_kexec_file_load,
];
#[cfg(target_arch = "aarch64")]
const NEVER_OLD: &[i64] = &[libc::SYS_renameat, libc::SYS_kexec_file_load];
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
const NEVER_OLD: &[i64] = &[];

/// A program is ended by others, ends nobody, starts nobody, and stays where it was put.
const NEVER_A_PROGRAM: &[i64] = &[
    libc::SYS_clone,
    libc::SYS_kill,
    libc::SYS_tkill,
    libc::SYS_rt_sigqueueinfo,
    libc::SYS_rt_tgsigqueueinfo,
    libc::SYS_pidfd_send_signal,
    libc::SYS_setsid,
    libc::SYS_setpgid,
    libc::SYS_setrlimit,
    libc::SYS_sched_setaffinity,
    libc::SYS_sched_setscheduler,
];
#[cfg(target_arch = "x86_64")]
const NEVER_A_PROGRAM_OLD: &[i64] = &[libc::SYS_fork, libc::SYS_vfork];
#[cfg(not(target_arch = "x86_64"))]
const NEVER_A_PROGRAM_OLD: &[i64] = &[];

/// These take their arguments from memory, where a filter cannot look; libc does without them when they are not there.
const ABSENT: &[i64] = &[libc::SYS_clone3, libc::SYS_openat2];

/// Bits of `open` with which something can be written or made.
const WRITING: &[i32] = &[libc::O_WRONLY, libc::O_RDWR, libc::O_CREAT, libc::O_TRUNC, libc::O_APPEND];

/// Bits of `clone` that make namespaces.
const NAMESPACES: &[i32] = &[
    libc::CLONE_NEWNS,
    libc::CLONE_NEWUSER,
    libc::CLONE_NEWNET,
    libc::CLONE_NEWPID,
    libc::CLONE_NEWIPC,
    libc::CLONE_NEWUTS,
    libc::CLONE_NEWCGROUP,
];

/// Input put into a terminal as if it had been typed.
const TERMINAL_INPUT: &[u64] = &[0x5412 /* TIOCSTI */, 0x541c /* TIOCLINUX */];

/// Whether filters can be made for this kind of machine.
pub fn known_here() -> bool {
    TargetArch::try_from(std::env::consts::ARCH).is_ok()
}

/// Refuses them from now on, in this thread and whatever it starts.
pub fn restrict(who: Who) -> Held {
    match try_restrict(who) {
        Ok(()) => Held::Whole,
        Err(_) => Held::Not,
    }
}

fn try_restrict(who: Who) -> Result<(), seccompiler::Error> {
    let arch = TargetArch::try_from(std::env::consts::ARCH)?;
    let refused: BpfProgram = filter(rules(who)?, libc::EPERM, arch)?;
    let absent = ABSENT.iter().map(|call| (*call, Vec::new())).collect();
    let absent: BpfProgram = filter(absent, libc::ENOSYS, arch)?;
    apply_filter(&absent)?;
    apply_filter(&refused)
}

fn filter(
    mut rules: BTreeMap<i64, Vec<SeccompRule>>,
    errno: i32,
    arch: TargetArch,
) -> Result<BpfProgram, seccompiler::Error> {
    if cfg!(target_arch = "x86_64") {
        // The same calls under the numbers of x32, which a kernel may have and which count as this machine's.
        let x32: Vec<_> = rules.iter().map(|(call, of)| (call | 0x4000_0000, of.clone())).collect();
        rules.extend(x32);
    }
    let errno = SeccompAction::Errno(errno.unsigned_abs());
    Ok(SeccompFilter::new(rules, SeccompAction::Allow, errno, arch)?.try_into()?)
}

fn rules(who: Who) -> Result<BTreeMap<i64, Vec<SeccompRule>>, seccompiler::Error> {
    let mut rules = BTreeMap::new();
    let mut never = vec![NEVER, NEVER_OLD];
    if who == Who::Program {
        never.extend([NEVER_A_PROGRAM, NEVER_A_PROGRAM_OLD]);
        rules.insert(libc::SYS_prlimit64, vec![when(2, SeccompCmpOp::Ne, 0, SeccompCmpArgLen::Qword)?]);
        let death = u64::from(libc::PR_SET_PDEATHSIG.unsigned_abs());
        rules.insert(libc::SYS_prctl, vec![when(0, SeccompCmpOp::Eq, death, SeccompCmpArgLen::Dword)?]);
    } else {
        rules.insert(libc::SYS_clone, any_bit(0, NAMESPACES)?);
    }
    rules.extend(never.into_iter().flatten().map(|call| (*call, Vec::new())));
    rules.insert(libc::SYS_openat, any_bit(2, WRITING)?);
    #[cfg(target_arch = "x86_64")]
    rules.insert(libc::SYS_open, any_bit(1, WRITING)?);
    let typed = TERMINAL_INPUT.iter().map(|op| when(1, SeccompCmpOp::Eq, *op, SeccompCmpArgLen::Dword));
    rules.insert(libc::SYS_ioctl, typed.collect::<Result<_, _>>()?);
    Ok(rules)
}

/// One rule for each of `bits`: refused where it is set.
fn any_bit(argument: u8, bits: &[i32]) -> Result<Vec<SeccompRule>, seccompiler::Error> {
    let bit = |bit: &i32| {
        let bit = u64::from(bit.cast_unsigned());
        when(argument, SeccompCmpOp::MaskedEq(bit), bit, SeccompCmpArgLen::Dword)
    };
    bits.iter().map(bit).collect()
}

fn when(
    argument: u8,
    op: SeccompCmpOp,
    value: u64,
    len: SeccompCmpArgLen,
) -> Result<SeccompRule, seccompiler::Error> {
    Ok(SeccompRule::new(vec![SeccompCondition::new(argument, len, op, value)?])?)
}
