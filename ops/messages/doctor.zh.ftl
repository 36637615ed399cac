# 体检，中文。
# doctor-<代码>：发现什么；doctor-fix-<代码>：怎么办。

cmd-doctor = 检查本机和库的状况
cmd-doctor-more =
    检查钥匙、时钟、空间、镜像、权限、设置、语言、字体和周边程序。每一项都说明怎么办。
    没有钥匙就少查一些，没有库就只查本机；库损坏时也会说明哪里有问题。
    --fix 只做安全的事：收紧权限，重建派生数据。--bundle 写一个交给帮忙者的文件，
    里面有数字和版本，没有姓名、路径和理由。
    --store 在 PREFIX/probe-… 下放入探测对象，逐项试存储的承诺（条件、校验和、版本、对象锁定、法律保留、删除），每一项说明
    做到、没有做到还是不明，并移除可以移除的。启用了对象锁定时约需半分钟。访问存储的方式与 `jingui backup` 相同；
    加 --dry-run 时不写入任何东西。
    退出码：0 没有问题，3 有事要人处理，13 库有损坏，15 连不上存储，16 存储已满。
cmd-doctor-examples =
    jingui doctor --fix --bundle bundle.tar.zst
    jingui doctor --store s3://archive/ra-east --endpoint https://minio.example:9000 --credentials /etc/jingui/store
arg-fix = 把可以放心处理的处理好：权限、派生数据
arg-bundle = 写一个不含个人信息的文件，交给帮忙的人
arg-store = 同时查明存放副本的地方实际做到了什么：s3://BUCKET/PREFIX、目录，或目录的 file:/// 地址

doctor-line = { $severity } { $code }：{ $text }
doctor-line-fix = {"    "}→ { $fix }
doctor-severity-ok = 正常
doctor-severity-info = 提示
doctor-severity-warning = 注意
doctor-severity-problem = 问题
doctor-fixed = 已处理
doctor-place-machine = 本机
doctor-place-temp = 临时文件
doctor-place-key = 钥匙文件
doctor-place-vault = 库
doctor-place-keystore = 钥匙柜
doctor-place-mirror = 镜像
doctor-place-store = 存放副本的地方
doctor-no-limit = 不限
doctor-well = 没有要处理的事。
doctor-summary = 问题 { $problems } 项，注意 { $warnings } 项，已处理 { $fixed } 项。
doctor-would-fix = 给 --fix 而不给 --dry-run 时，会收紧权限、重建派生数据。
doctor-not-signed-in = 这把钥匙进不了库（{ $why }）；需要钥匙的项目没有检查。
doctor-bundle-written = 文件在 { $path }。里面只有数字、版本和代码，没有姓名和路径；交出去之前请先看一看。
doctor-bundle-about =
    `jingui doctor --bundle` 的结果：版本、代码、数字。
    这里没有人员或客户的姓名，没有标签、文件名、路径、理由，也没有案卷标识。
    findings.json 每项检查一条；`jingui doctor` 会用文字说明每个代码的意思。

doctor-locale = { $severity ->
    [ok] 语言设置使用 UTF-8（{ $locale }）。
   *[other] 语言设置不是 UTF-8（{ $locale }）：中文可能显示成乱码。
 }
doctor-fix-locale = 启动前把 LANG 设为 zh_CN.UTF-8 或 C.UTF-8 等 UTF-8 设置。
doctor-terminal = { $state ->
    [utf8] 终端使用 UTF-8。
    [console] 系统控制台显示不了中文。
   *[other] 终端没有设为 UTF-8：输入时删除一个汉字会留下半个。
 }
doctor-fix-terminal = { $state ->
    [console] 请在终端窗口里工作，或用 --lang en。
   *[other] 运行 `stty iutf8`，或把终端的字符编码设为 UTF-8。
 }
doctor-key-file = { $severity ->
    [ok] 钥匙文件 { $path } 只有您能读。
   *[other] 本机其他用户可以读钥匙文件 { $path }（权限 { $mode }）。
 }
doctor-fix-key-file = chmod 600 { $path }，或运行 `jingui doctor --fix`。
doctor-space = { $place } { $path }：剩余 { $free_bytes }（{ $percent }%），还可建文件 { $names } 个。
doctor-fix-space = 请腾出空间，或换大一点的磁盘。写满后不能归档；已归档的不会丢。
doctor-filesystem = { $kind ->
    [local] { $place } { $path } 在本地磁盘上（{ $name }）。
    [network] { $place } { $path } 在网络共享上（{ $name }）：它可能把还没落盘的当作已写入，锁也可能不可靠。
    [fat] { $place } { $path } 在 { $name } 上，那里不保存权限。
    [memory] { $place } { $path } 在内存里（{ $name }）：机器一停就没了。
    [layered] { $place } { $path } 在容器层里（{ $name }）：容器删除就没了。
   *[unknown] { $place } { $path } 所在的文件系统不认识（{ $name }）。
 }
doctor-fix-filesystem = 请放在 ext4、xfs 或 btrfs 的本地磁盘上。
doctor-open-files = 本进程最多能同时打开 { $limit } 个文件（上限 { $hard }）。
doctor-fix-open-files = 用 `ulimit -n 4096` 提高，服务则在单元里设 LimitNOFILE=。
doctor-swap = { $state ->
    [none] 没有交换区。
    [encrypted] 交换区已加密。
    [memory] 交换区在内存里。
   *[plain] 交换区没有加密：内存里的钥匙和材料可能落到磁盘上。
 }
doctor-fix-swap = 请加密交换区，或把它关掉（`swapoff -a`）。
doctor-core-dumps = { $state ->
    [none] 程序出错时不会把内存写到磁盘。
    [program] 程序出错时，它的内存会交给另一个程序，可能被保存。
   *[file] 程序出错时，它的内存会写成文件。
 }
doctor-fix-core-dumps = `ulimit -c 0`；由程序接收内存的（systemd-coredump、apport），请设为不保存。
doctor-fonts = { $severity ->
    [ok] 打印用 { $font }。
   *[other] 没有安装中文字体：打印不了中文。
 }
doctor-fix-fonts = 请安装中文字体（Debian：fonts-noto-cjk 或 fonts-wqy-zenhei），或打印时用 --font 指定。
doctor-rare-characters = { $severity ->
    [ok] 生僻字用 { $font } 打印。
   *[other] 这里的字体没有第二平面的生僻字（例如 U+20BB7）：含有这种字的名字不会打印。
 }
doctor-fix-rare-characters = 请安装有这些字的字体（Debian：fonts-hanazono），或打印时用 --substitute。
doctor-reader = { $state ->
    [whole] 材料在独立进程中读取，该进程不能联网，也不能接触文件。
    [no-landlock] 材料在独立进程中读取，该进程不能联网，不能写文件；本机内核无法限制它读取文件（没有 Landlock）。
    [no-seccomp] 材料在独立进程中读取，但本机内核无法限制其系统调用（没有 seccomp）。
    [no-poppler] 无法读取 PDF：未安装 pdftotext。
   *[none] 本机无法读取材料：{ $why }
 }
doctor-fix-reader = { $state ->
    [no-poppler] 请安装 poppler-utils，然后运行 `jingui read --again`。
    [none] 归档和按标签查找不受影响。待本程序可以再次启动自身时，用 `jingui read` 读取。
   *[other] 较新的内核具备此功能。如有条件，请在那样的机器上读取外来材料。
 }
doctor-ocr = { $state ->
    [chinese] 可以从扫描件里识别文字：{ $version }，含中文。
    [no-chinese] 装了 { $version }，但没有中文。
   *[none] 没有识别扫描件文字的程序。
 }
doctor-fix-ocr = 只有要识别扫描件文字时才需要（Debian：tesseract-ocr tesseract-ocr-chi-sim）。
doctor-tools = { $severity ->
    [ok] 不用金匮读库所需的程序都在。
   *[other] 不用金匮读库所需的程序里，缺少：{ $missing }。
 }
doctor-fix-tools = 金匮本身不需要它们。要手工读库的机器上请安装（Debian：age zstd jq b3sum openssl）。
doctor-host-clock = { $severity ->
    [ok] 时钟是 { $at }。
   *[other] 时钟是 { $at }，这不可能。
 }
doctor-fix-host-clock = 归档之前请先校准时钟：日志里的时间会永远保留。
doctor-no-vault = { $path } 没有库；只检查了本机。
doctor-fix-no-vault = 用 --vault 指定库，或用 `jingui init` 建一个。
doctor-vault = { $state ->
    [open] 库 { $path } 可以打开：案卷 { $records } 个，日志 { $lines } 行。
   *[closed] 库 { $path } 打不开：{ $why }。
 }
doctor-fix-vault = { $hint }
doctor-read-only = { $state ->
    [damaged] 日志损坏，不能归档：{ $why }。
   *[read-only] 库现在只能读：{ $why }。
 }
doctor-fix-read-only = { $state ->
    [damaged] 先把库原样复制一份。再运行 `jingui verify` 列出所有损坏，`jingui repair --from 副本` 把镜像或该副本里有的放回原处。
   *[read-only] 请先解决这个问题；其间可以 `jingui list`、`jingui open --spool`、`jingui verify`。
 }
doctor-directories = 库里缺少的目录已重建：{ $names }。
doctor-fix-directories = 如果是从副本恢复的，请确认副本完整：`jingui verify`。
doctor-modes = { $severity ->
    [ok] { $place } { $path }：其他用户读不了{ $complete ->
        [yes] {""}
       *[no] （只查了一部分，verify 会全查）
     }。
   *[other] { $place } { $path }：有 { $count } 个文件或目录，本机其他用户可以读取或改动，例如 { $first }{ $complete ->
        [yes] {""}
       *[no] （没有全查）
     }。
 }
doctor-fix-modes = `jingui doctor --fix` 把文件设为 0600，目录设为 0700。
doctor-owner = { $severity ->
    [ok] { $place } { $path } 和其中的文件都属于您。
   *[other] { $place } { $path }：{ $ours ->
        [yes] 有 { $count } 个文件属于其他用户。
       *[no] 它属于另一个用户。
     }
 }
doctor-fix-owner = 请以所有者的身份运行，或用 `chown -R` 交给同一个用户。
doctor-clock = { $state ->
    [behind] 时钟比最新一行日志（{ $newest }）慢了 { $seconds } 秒。
    [ahead] 最新一行日志（{ $newest }）已过去 { $days } 天：此后没有用过，或是时钟快了。
   *[fits] 时钟和日志相符。
 }
doctor-fix-clock = { $state ->
    [behind] 请校准时钟。在它赶上之前，新的一行沿用最新一行的时间。
   *[other] 归档之前请和另一个时钟对一下。
 }
doctor-keystore = { $state ->
    [there] 钥匙柜 { $path } 在。
    [no-keystore] 无法访问钥匙柜 { $path }。
    [other-keystore] 钥匙柜 { $path } 是另一个库的。
   *[other] 钥匙柜 { $path } 用不了：{ $why }。
 }
doctor-fix-keystore = 接上存放它的设备，或用 --keystore 指定目录。丢了请看 `jingui keys recover --help`。
doctor-log-key = { $state ->
    [there] 给日志树头签名的钥匙在。
    [other] 给日志树头签名的钥匙是另一个库的。
   *[missing] 给日志树头签名的钥匙不见了。
 }
doctor-fix-log-key = 从钥匙柜的副本放回 log/log.key。没有它不能给树头签名；案卷仍能打开。
doctor-key-copies = { $severity ->
    [ok] 能打开案卷的人都有钥匙副本。
   *[other] { $wanted } 份钥匙副本缺 { $count } 份（密钥期/人员：{ $list }）。
 }
doctor-fix-key-copies = 从钥匙柜的副本放回，或由仍有副本的安全管理员运行 `jingui keys rotate`。
doctor-keystore-device = { $severity ->
    [ok] 钥匙柜和库不在同一个设备上。
   *[other] 钥匙柜 { $path } 和库在同一个设备上：拿走磁盘就两样都有，坏一次就两样都丢。
 }
doctor-fix-keystore-device = 把它移到另一个设备，用 --keystore 指定。
doctor-keystore-overwrite = { $state ->
    [in-place] 就文件系统而言，钥匙柜里被覆写的内容在设备上也被覆写。
    [journal] 钥匙柜 { $path } 的文件系统把数据也写进自己的日志（data=journal）：旧钥匙的副本被覆写之后，还会在那里留一段时间。
    [copies] 钥匙柜 { $path } 的文件系统把覆写的内容写到别处：旧钥匙的副本会留在空闲块里。
   *[unknown] 不知道覆写钥匙柜 { $path } 里的文件能否抹去原来的内容。
 }
doctor-fix-keystore-overwrite = 请把钥匙柜放在单独的加密卷上，用 ext4（data=ordered）或 xfs，不做快照。销毁之后，覆写或销毁放过旧钥匙的设备。
doctor-way-back = { $severity ->
    [ok] 钥匙文件丢了还有办法恢复（恢复单 { $sheets } 份，托管 { $escrow ->
        [yes] 有
       *[no] 无
     }）。
   *[other] 既没有已证明的托管，也没有恢复单：钥匙文件全丢了，档案也就丢了。
 }
doctor-fix-way-back = 用 `jingui print sheet` 打印，或用 `jingui keys sheet -o 文件` 写出恢复单，锁起来。
doctor-escrow-waiting = 第 { $epoch } 密钥期在等 CA 证明能打开托管文件 { $path }。
doctor-fix-escrow-waiting = 请交给 CA；CA 运行 `jingui keys prove` 后发回文件，用 `jingui act submit` 提交。
doctor-leaver = { $severity ->
    [ok] 离开的人都没有当前的钥匙。
   *[other] 已离开的人仍持有当前钥匙的副本。
 }
doctor-fix-leaver = 请安全管理员运行 `jingui keys rotate`。
doctor-rotation = { $severity ->
    [ok] 没有进行到一半的换钥匙。
   *[other] 换到第 { $epoch } 密钥期还没有做完。
 }
doctor-fix-rotation = 运行 `jingui keys rotate` 会接着做。
doctor-countersign = { $severity ->
    [ok] 所有登记都已会签。
   *[other] 有 { $count } 项登记在等主管方会签。
 }
doctor-fix-countersign = `jingui staff countersign --request 文件`；主管方签名后，用 `jingui act submit` 提交。
doctor-mirror = { $state ->
    [there] 镜像 { $path } 可以访问。
    [none] 没有镜像：封面、附记和日志只有一份。
   *[away] 无法访问镜像 { $path }。
 }
doctor-fix-mirror = { $state ->
    [none] 镜像在建库时指定（`jingui init --mirror 目录`）。
   *[away] 请接上存放它的设备；下一次行为会补齐。
 }
doctor-mirror-device = { $severity ->
    [ok] 镜像和库不在同一个设备上。
   *[other] 镜像 { $path } 和库在同一个设备上：坏一次就两份都丢。
 }
doctor-fix-mirror-device = 请把镜像放在另一个设备上。
doctor-copies = { $state ->
    [fresh] 本机以外最新的已核验副本是 { $days } 天前的。
    [old] 本机以外最新的已核验副本已是 { $days } 天前的。
    [damaged] 上次核验本库的副本时，发现 { $findings } 处损坏。
    [none] 本机以外没有已核验的副本。
   *[overdue] 已有 { $days } 天没有在本机以外做副本并核验。
 }
doctor-fix-copies = { $state ->
    [damaged] 请在另一个磁盘上另做一份（`jingui backup create 位置 --new --offsite`），并核验。
   *[other] `jingui backup create 位置 --offsite`，再 `jingui backup verify 位置`。
 }
doctor-mirror-lag = { $severity ->
    [ok] 镜像有全部日志。
   *[other] 镜像 { $path } 落后 { $lines } 行。{ $why }
 }
doctor-fix-mirror-lag = 请检查它的磁盘；下一次行为会补齐。`jingui verify` 会指出哪里不符。
doctor-settings = { $state ->
    [fits] { $path } 和日志所记相符。
    [missing] { $path } 不见了；其中的钥匙柜和镜像不予使用。
   *[edited] { $path } 和日志所记不符；其中的钥匙柜和镜像不予使用。
 }
doctor-fix-settings = `jingui repair --from 副本` 可从镜像或该副本恢复它；在此之前用 --keystore 指定钥匙柜。
doctor-leftovers = { $severity ->
    [ok] 没有做到一半的工作。
   *[other] { $path } 里有 { $count } 项做到一半的工作，已超过一天。
 }
doctor-fix-leftovers = 下次没有别人使用时打开库，会把它们移开。若仍在，请看看是否还有别的 jingui 在运行。
doctor-quarantine = { $severity ->
    [ok] 隔离区是空的。
   *[other] 隔离区有中断的行为留下的 { $count } 个文件（{ $bytes }），最早的已有 { $days } 天。
 }
doctor-fix-quarantine = 它们从未计入，30 天后自动清除。`jingui journal log` 有移入的时间。
doctor-tree = { $state ->
    [there] 哈希树在。
   *[missing] 哈希树不见了。
 }
doctor-fix-tree = `jingui rebuild tree`，或 `jingui doctor --fix`。
doctor-catalog = { $state ->
    [answers] 目录可用。
    [not-asked] 没有检查目录：要用能打开案卷的人的钥匙。
   *[fails] 目录用不了：{ $why }。
 }
doctor-fix-catalog = { $state ->
    [not-asked] 加 --key 再运行一次，就会检查目录。
   *[fails] `jingui rebuild catalog`，或 `jingui doctor --fix`。没有丢东西。
 }
doctor-incidents = { $severity ->
    [ok] 没有损坏的记录。
   *[other] 日志里有 { $count } 处损坏，还没有恢复的记录。
 }
doctor-fix-incidents = `jingui verify` 说明现在是否还在；`jingui repair --from 副本` 把镜像或该副本里有的放回原处。
doctor-disposal = { $state ->
    [fits] 销毁计划的每个环节都有人可以担任。
    [plans] 现有人员已无法签齐的计划：{ $missing }。
    [policy] 现有人员已达不到销毁规定，没有人可以担任：{ $missing }。
   *[people] 目前还签不齐任何销毁计划，没有人可以担任：{ $missing }。
 }
doctor-fix-disposal = { $state ->
    [plans] 登记人员并送上级会签（`jingui staff enrol`、`jingui staff countersign`）；或中止该计划（`jingui purge reject`），降低规定（`jingui purge policy propose`），再订新的。
   *[other] 登记人员并送上级会签（`jingui staff enrol`、`jingui staff countersign`），或降低规定（`jingui purge policy propose`）。
 }
doctor-solo = 这是单人试用库：没有第二人，没有主管方。
doctor-fix-solo = 正式的库用 `jingui init --authority 公开部分` 建。

# 存放副本的地方做到什么。每一项写明承诺；$told 说做到没有，$because 说为什么。
doctor-probing = 正在 { $below } 下探测存储；如果中途停止，那里留下的可以移除。
doctor-verdict-kept = 做到
doctor-verdict-not-kept = 没有做到
doctor-verdict-not-known = 不明
doctor-because = （{ $why }）
doctor-why-said = { $said }
doctor-why-accepted = 照样做了
doctor-why-other = 得到的是别的
doctor-why-gone = 已经不在
doctor-why-there = 拒绝了，却照样在那里：{ $said }
doctor-why-off = 存储桶没有启用
doctor-why-unasked = 取决于另一项，而那一项没有得到证明
doctor-why-no-right = 这个身份没有相应权限，被拒绝说明不了什么
doctor-why-late = 还没试到，时间已过
doctor-why-dry-run = 按要求没有写入
doctor-why-skewed = 时钟不一致，或存储没有给出时间
doctor-why-hidden = 删除标记遮住了对象，版本本身还在
doctor-why-left = 未能移除

doctor-store = { $state ->
    [probed] 已探测 { $path }：做到 { $kept } 项，没有做到 { $not_kept } 项，不明 { $not_known } 项；已证明的锁定：{ $locks ->
        [none] 无
        [COMPLIANCE] 合规模式（COMPLIANCE）
        [GOVERNANCE] 治理模式（GOVERNANCE）
       *[other] { $locks }
     }。
   *[unreached] 无法探测 { $path }：{ $why }。{ $left ->
        [yes] { $below } 下可能留有探测对象；可以移除，如带有法律保留须先解除。
       *[no] {""}
     }
 }
doctor-fix-store = { $hint }
doctor-store-list = { $told }：放入的能列出{ $because }
doctor-fix-store-list = { $verdict ->
    [not-kept] 请存储桶的管理员给予列出的权限。没有它，既不能做副本，也找不到副本。
   *[other] {""}
 }
doctor-store-write = { $told }：接受写入{ $because }
doctor-fix-store-write = { $verdict ->
    [not-kept] 那里做不了副本。请检查权限、空间，以及是否只读挂载。
   *[other] { $why ->
        [no-right] 存储桶会保留没有另行说明的对象，而这个身份不能另行说明，所以探测不写入。副本仍可能被接受，并按存储桶的设置保留。请存储的管理员运行一次。
        [said] 存储桶会保留没有另行说明的对象，又不接受短期保留，所以探测不写入。副本仍可能被接受，并按存储桶的设置保留。
       *[other] {""}
     }
 }
doctor-store-read = { $told }：取回的字节相同（大小和 BLAKE3）{ $because }
doctor-fix-store-read = { $verdict ->
    [not-kept] 在存储的管理员说清楚之前，不要在那里做副本。
   *[other] {""}
 }
doctor-store-head = { $told }：能说出大小{ $because }
doctor-fix-store-head = { doctor-fix-store-read }
doctor-store-range = { $told }：能给出对象的一段{ $because }
doctor-fix-store-range = { doctor-fix-store-read }
doctor-store-condition = { $told }：已有的名字不会再次写入（If-None-Match）{ $because }
doctor-fix-store-condition = { $verdict ->
    [not-kept] 请确保没有别的程序往该前缀写：这时只能在写入之前看一看名字。
   *[other] {""}
 }
doctor-store-condition-parts = { $told }：分段上传结束时也不会{ $because }
doctor-fix-store-condition-parts = { doctor-fix-store-condition }
doctor-store-checksum = { $told }：与 SHA-256 不符的会被拒绝{ $because }
doctor-fix-store-checksum = { $verdict ->
    [not-kept] 不会因此丢失什么：写入的都会重新读取并对照，只是多花一次来回。
   *[other] {""}
 }
doctor-store-checksum-parts = { $told }：不符的分段也会被拒绝{ $because }
doctor-fix-store-checksum-parts = { doctor-fix-store-checksum }
doctor-store-versioning = { $told }：存储桶启用了版本{ $because }
doctor-fix-store-versioning = { $verdict ->
    [not-kept] 请让存储桶保留版本（能锁定的也锁定）：否则持有这个身份的人可以替换那里的内容。
   *[other] {""}
 }
doctor-store-versions = { $told }：被覆盖的仍在，可按版本读取{ $because }
doctor-fix-store-versions = { $verdict ->
    [not-kept] 不要依靠那里的版本：持有这个身份的人可以替换那里的内容。
   *[other] {""}
 }
doctor-store-lock = { $told }：存储桶启用了对象锁定（Object Lock）{ $because }
doctor-fix-store-lock = { $verdict ->
    [not-kept] 建存储桶时可以启用。库自己的规则不依赖它。
   *[other] {""}
 }
doctor-store-lock-put = { $told }：接受带保留期限的对象{ $mode ->
    [none] {""}
    [COMPLIANCE] （合规模式 COMPLIANCE，{ $seconds } 秒）
    [GOVERNANCE] （治理模式 GOVERNANCE，{ $seconds } 秒）
   *[other] （{ $mode }，{ $seconds } 秒）
 }{ $because }
doctor-fix-store-lock-put = { $verdict ->
    [not-kept] 不要依靠那里的锁定；也不会设置锁定。请把这条信息给存储的管理员看。
   *[other] { $why ->
        [no-right] 请存储的管理员用可以设置保留、可以删除版本的身份运行一次。
        [said] 如果是存储太忙，请再运行一次；如果是没有权限，请存储的管理员用可以设置保留、可以删除版本的身份运行一次。
       *[other] {""}
     }
 }
doctor-store-lock-read = { $told }：读回的期限与设置的相同{ $because }
doctor-fix-store-lock-read = { doctor-fix-store-lock-put }
doctor-store-lock-delete = { $told }：保留期内的版本删不掉，期满后可以删{ $because }
doctor-fix-store-lock-delete = { doctor-fix-store-lock-put }
doctor-store-lock-shorten = { $told }：期限不能缩短{ $because }
doctor-fix-store-lock-shorten = { doctor-fix-store-lock-put }
doctor-store-lock-overwrite = { $told }：同名再次写入时，保留的版本仍在{ $because }
doctor-fix-store-lock-overwrite = { doctor-fix-store-lock-put }
doctor-store-lock-extend = { $told }：期限可以延长{ $because }
doctor-fix-store-lock-extend = { doctor-fix-store-lock-put }
doctor-store-hold = { $told }：法律保留中的版本删不掉{ $because }
doctor-fix-store-hold = { doctor-fix-store-lock-put }
doctor-store-hold-off = { $told }：法律保留可以解除{ $because }
doctor-fix-store-hold-off = { doctor-fix-store-lock-put }
doctor-can-delete = { $verdict ->
    [kept] 这个身份不能删除任何东西{ $because }
    [not-kept] 这个身份可以删除{ $because }
   *[other] 不明：这个身份能否删除{ $because }
 }
doctor-fix-can-delete = { $verdict ->
    [not-kept] 注册机构做副本，请申请没有删除权限的身份：否则凭据被盗，所有副本都可能被删除。存储的管理员才需要这个权限。
   *[other] {""}
 }
doctor-store-clock = { $told }：存储的时钟与本机一致{ $verdict ->
    [not-known] {""}
   *[other] （快 { $seconds } 秒）
 }{ $because }
doctor-fix-store-clock = { $verdict ->
    [not-kept] 校准不对的时钟，例如 `timedatectl set-ntp true`：相差超过 15 分钟，存储会拒绝一切请求。
   *[other] {""}
 }
doctor-store-rename = { $told }：文件靠改名得到名字，从不覆盖别的文件{ $because }
doctor-fix-store-rename = { doctor-fix-store-read }
doctor-store-sync = { $told }：能说明内容和名字何时已在设备上{ $because }
doctor-fix-store-sync = { doctor-fix-store-read }
doctor-store-large-files = { $told }：文件可以超过 4 GiB{ $because }
doctor-fix-store-large-files = { $verdict ->
    [not-kept] 超过 4 GiB 的归档无法复制到那里。请换用别的文件系统（ext4、exFAT）。
   *[other] {""}
 }
doctor-store-names = { $told }：接受长名字和中文名字{ $because }
doctor-fix-store-names = { $verdict ->
    [not-kept] 请用 UTF-8 名字挂载（FAT：-o utf8），或换用别的文件系统。
   *[other] {""}
 }
doctor-store-case = { $told }：区分大小写{ $because }
doctor-fix-store-case = { $verdict ->
    [not-kept] 副本里的名字不会只差大小写；知道就好。
   *[other] {""}
 }
doctor-store-clean = { $verdict ->
    [kept] 探测没有留下东西。
    [not-kept] 探测留下了：{ $list }{ $because }
   *[other] 不明：探测有没有留下东西{ $because }
 }
doctor-fix-store-clean = { $verdict ->
    [not-kept] 保留期满后用该存储的工具移除；不移除也可以：它很小，也不是副本。
   *[other] {""}
 }
