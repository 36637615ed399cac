# 关于副本的文字：帮助、错误、结果。

cmd-backup = 库在另一块磁盘、共享目录或对象存储里的副本
cmd-backup-examples =
    jingui backup create /media/disk/jingui --offsite
    jingui backup verify /media/disk/jingui --key li.key
cmd-backup-create = 更新一份副本，或在空目录里开始一份
cmd-backup-create-more =
    副本就是库里的文件，原样、密封；从不包含钥匙柜。只写新增的部分，副本里的东西从不修改、从不删除。
    其间照常归档。被中断时副本保持原状，再运行同一命令即可接着做。TARGET 是已有的目录、
    file:///media/disk/jingui，或已有存储桶里的 s3://BUCKET/PREFIX。不需要档案的钥匙。
    访问对象存储的身份来自 --credentials FILE（与 AWS 工具的文件相同：aws_access_key_id、aws_secret_access_key、aws_session_token、
    endpoint_url、region、addressing_style、ca_bundle），否则来自 AWS_ACCESS_KEY_ID 等 AWS_ 变量或 ~/.aws。
cmd-backup-create-examples =
    jingui backup create /media/disk/jingui
    jingui backup create s3://archive/ra-east --endpoint https://minio.example:9000 --credentials /etc/jingui/store
cmd-backup-verify = 重新读一遍副本；有钥匙时从中打开案卷
cmd-backup-verify-more =
    最新状态的每个文件都与日志里的大小和摘要对照，副本里的日志也一并检查。
    给出 --key 时还从副本里随机打开 --sample N 个案卷。只有验证过的、不在本机的副本才计入 `jingui status`。
    加 --alone 时不需要库。发现的问题与 `verify` 同名，退出码 13。
cmd-backup-verify-examples =
    jingui backup verify /media/disk/jingui
    jingui backup verify /media/disk/jingui --key li.key --sample 100
cmd-backup-restore = 从副本把库恢复到一个空的地方
cmd-backup-restore-more =
    恢复到最新的完整状态并检查；在有人用 `jingui backup takeover` 声明原库不会在别处继续之前，只能读。
    被中断时再运行同一命令即可接着做。
cmd-backup-restore-examples =
    jingui backup restore /media/disk/jingui /srv/vault
    jingui backup restore /media/disk/jingui /srv/vault --keystore /media/keys --key li.key
cmd-backup-list = 列出已有的副本和新旧
cmd-backup-list-more = 给出 TARGET 时显示那里有什么，没有库也可以。
cmd-backup-list-examples =
    jingui backup list
    jingui backup list /media/disk/jingui
cmd-backup-takeover = 让恢复出来的库从那里继续
cmd-backup-takeover-more =
    只在原库确已丢失时使用：两个库都继续，会把同一档号给不同的案卷。用 --number（每年一次）写明在标签、
    档案盒或登记簿上见过的最大档号，到此为止的档号不再给出。由安全管理员签字。
cmd-backup-takeover-examples =
    jingui backup takeover --reason "旧机器的磁盘丢失" --number JG01-2026-000317 --key li.key
    jingui backup takeover --vault /srv/vault --keystore /media/keys --key li.key

arg-target = 副本：一个目录、它的 file:/// 地址，或 s3://BUCKET/PREFIX
arg-offsite = 这个目标存放在本机之外，即使从设备上看不出来
arg-endpoint = 对象存储的地址，例如 https://minio.example:9000（默认为亚马逊）
arg-region = 对象存储的区域
arg-addressing = 请求里存储桶的位置：path（在路径里）或 host（在主机名前）
arg-credentials = 访问对象存储的身份：像 ~/.aws/credentials 那样的文件
arg-backup-create-new = 尽管这里以前有另一份副本，仍开始新的一份
arg-backup-create-all = 每个文件都到目标里找一遍，而不只是新增的
arg-backup-verify-sample = 有钥匙时：随机打开这么多案卷（默认 32）
arg-alone = 不需要库；不写日志
arg-backup-restore-dir = 库恢复到哪里：空目录，或还不存在的目录
arg-backup-takeover-reason = 原因；密封保存
arg-backup-takeover-number = 已知给出过的最大档号，每年一个
arg-backup-takeover-mirror = 今后镜像在哪里
arg-no-copy-reason = 本机之外为什么没有更新的副本；密封保存
why-archive-number = 应为档号，如 JG01-2026-000042

error-no-target = { $path } 的副本连不上：{ $why }
hint-no-target = 接上磁盘或共享目录。新的目标要先建目录（例如 mkdir）：目录不存在，多半是磁盘没有挂载。
error-not-a-copy = { $path } 既不是空的，也不是库的副本
hint-not-a-copy = 给副本一个单独的目录，并先建好；在对象存储里用单独的前缀，例如 s3://BUCKET/jingui。
error-other-copy = { $path } 里是另一个库 { $vault } 的副本
hint-other-copy = 每个库用自己的目标：换一个目录或前缀。
error-copy-ahead = { $path } 的副本到第 { $theirs } 行，那不是本库（共 { $lines } 行）的行；那里什么也没写
hint-copy-ahead = 或是本库从较旧的副本恢复，或是它在两处继续。先查清哪一个是对的再归档；为本库另开一个新的目标。
error-in-the-way = { $path } 占了副本文件的位置：{ $finding }
hint-in-the-way = 目标里的东西从不覆盖。看清后移走，再运行 `jingui backup create --all`。
error-copy-damaged = 副本的 { $path } 内容不对：{ $why }
hint-copy-damaged = 如果有别的副本，用那一份。要继续复制，在空目录里开始新的目标；新的验证之前留着这一份。
error-no-copy-state = { $path } 没有完整的副本
hint-no-copy-state = 写上当时给 `jingui backup create` 的目录或 s3:// 地址。如果第一次复制被中断，再运行一次。
error-copy-sealed = 副本密封在密钥期 { $epoch }，它的钥匙已经销毁：没有人能再打开
hint-copy-sealed = 现在就用 `jingui backup create` 做一个新状态，它会带上重新密封的内容。
error-restore-unfinished = { $path } 的库没有恢复完
hint-restore-unfinished = 再运行同一个 `jingui backup restore`，或删除该目录。
error-not-restored = { $path } 的库不是从副本恢复的，或已经接管
hint-not-restored = 不需要做什么，照常归档。`jingui status` 显示库的情况。
error-copy-overdue = 本机之外最近一份验证过的副本已有 { $days } 天，或这么久以来一直没有
hint-copy-overdue = 做一份：`jingui backup create TARGET --offsite`，再 `jingui backup verify TARGET`。要先归档，请说明原因：--no-copy-reason TEXT。
error-store-unknown = { $url } 这类存储本版本连不上
hint-store-unknown = 副本写到目录（磁盘、挂载的共享目录、file:///media/disk/jingui）或 s3://BUCKET/PREFIX。
error-store-address = { $url } 不是对象存储里的地址
hint-store-address = 写作 s3://BUCKET/PREFIX：已有的存储桶和单独的前缀。存储的地址用 --endpoint，身份用 --credentials。
error-store-endpoint = { $endpoint } 不能是对象存储的地址
hint-store-endpoint = 写作 https://minio.example:9000，不带存储桶、用户名和密码。
error-store-file = { $path } 不能用：{ $why }
hint-store-file = 它是文本文件，有 [default]、aws_access_key_id = …、aws_secret_access_key = … 这几行；用别的小节时由 AWS_PROFILE 指明。
error-no-store-credentials = 没有说明以什么身份访问 { $url }
hint-no-store-credentials = 给出 --credentials FILE，或设置 AWS_ACCESS_KEY_ID 和 AWS_SECRET_ACCESS_KEY，或写在 ~/.aws/credentials 里。
error-store-unreachable = 连不上 { $store }：{ $why }
hint-store-unreachable = 检查到存储的线路和 --endpoint，再运行同一命令。已经到达的不会再传。
error-store-credentials = { $store } 不接受这个身份：{ $why }
hint-store-credentials = 密钥编号或密钥不对，或会话已过期：取得新的，放到 --credentials 或 AWS_ 变量所指之处，再运行同一命令。
error-store-denied = { $store } 不允许（{ $key }）：{ $why }
hint-store-denied = 请存储桶的管理员给予列出、读取，以及在该前缀下写入的权限。从不需要删除权限。
error-no-bucket = { $store } 不存在：{ $why }
hint-no-bucket = 检查存储桶的名字和 --endpoint。存储桶由存储的管理员建立，本程序不建。
error-store-elsewhere = { $store } 在别的地址或区域：{ $why }
hint-store-elsewhere = 用 --region 写明存储桶的区域，用 --endpoint 写明存储自己的地址。
error-store-clock = { $store } 不接受本机的时间：它那里是 { $theirs }，本机是 { $ours }
hint-store-clock = 校准不对的时钟，例如 `timedatectl set-ntp true`，再运行同一命令。
error-store-full = { $store } 放不下 { $key }：{ $why }
hint-store-full = 请扩大存储或配额，再运行同一命令。已经到达的不会再传。
error-store-read-only = { $store } 不接受这个身份写入（{ $key }）：{ $why }
hint-store-read-only = 存储现在只读，或这个身份只能读。请存储桶的管理员给予在该前缀下写入的权限。
error-store-refused = { $store } 拒绝 { $key }：{ $why }
hint-store-refused = 请把这条信息给存储的管理员看。副本保持原状。
error-copy-gone = { $path } 原来有副本，现在是空的
hint-copy-gone = 多半是磁盘没有挂载，或这是另一个存储。如果是新的地方、要开始新的副本，加上 --new。

notice-restored = 这个库从 { $at } 的副本（{ $lines } 行）恢复而来。现在只能读；原库若不会在别处继续，由安全管理员用 `jingui backup takeover` 接管。

kind-copy-made = 做了副本
kind-copy-verified = 验证了副本
kind-copy-excused = 没有新副本仍归档
kind-vault-restored = 接管恢复的库

col-target = 副本
col-place = 位置
col-outside = 在本机之外
col-made = 制作
col-verified = 验证
col-copy-days = 天数
col-findings = 问题
col-states = 状态数
col-copy = 机外副本

copies-none = 没有验证过的
copies-age = { $days ->
    [0] 不到一天
   *[other] { $days } 天前
 }（{ $at }）
copies-never = 本机之外没有验证过的副本：这块磁盘一坏，一切就都没了。`jingui backup create TARGET --offsite`，再 `jingui backup verify TARGET`。
copies-old = 本机之外最近一份验证过的副本已有 { $days } 天。`jingui backup create TARGET`，再 `jingui backup verify TARGET`。
copies-ask = 本机之外最近一份验证过的副本已有 { $days } 天。为什么没有更新的？

backup-would = { $lines } 行新日志的 { $files } 个文件（{ $bytes } 字节）将写到 { $place }。
backup-begun = 在 { $place } 开始了一份副本：日志 { $lines } 行，{ $files } 个文件（{ $bytes } 字节）；副本 { $target }。
backup-made = { $place } 的副本已更新：日志 { $lines } 行，新增 { $files } 个文件（{ $bytes } 字节）；副本 { $target }。
backup-lacking = { $path } 不在副本里，因为库里的已不是归档时的样子（{ $finding }）。其他副本里或许有：`jingui repair --from`。
backup-unjournalled = 没能写进日志：{ $why }
backup-inside = 这个目标在库自己的设备上，不算机外副本。如果它存放在别处，请加 --offsite。
backup-inside-store = 这个存储就在本机上，不算机外副本。如果它的磁盘在别处，请加 --offsite。
backup-unconditional = { $place }：这个存储不遵守“名字须空着”的条件（If-None-Match）。每个名字在写入前都看过；请确保没有别的程序同时往该前缀写。
store-file-open = { $path } 本机其他人也能读：请 chmod 600
store-plain = 与 { $endpoint } 的通信没有 TLS：复制的内容是密封的，但线路上的人能看到有哪些文件，以及会话令牌。
backup-verify-next = 接着：jingui backup verify { $place }
backup-whole = { $at } 的副本完好：日志 { $lines } 行，{ $records } 个案卷的 { $files } 个文件（{ $bytes } 字节）；打开了 { $sampled } 个案卷；{ $seconds } 秒。
backup-whole-keyless = { $at } 的副本完好：日志 { $lines } 行，{ $records } 个案卷的 { $files } 个文件（{ $bytes } 字节），未用钥匙；{ $seconds } 秒。
backup-damaged = { $at } 的副本有 { $findings } 个问题（日志 { $lines } 行，{ $files } 个文件；{ $seconds } 秒）。把列出的文件移走，运行 `jingui backup create --all` 重新带上；或开始新的目标。
backup-would-restore = { $at } 的 { $records } 个案卷、{ $lines } 行日志将恢复到 { $dir }。
backup-passed-over = 副本里的 { $path } 不完整，已跳过：{ $why }
backup-restored = { $at } 的库已恢复到 { $dir }：{ $records } 个案卷，日志 { $lines } 行，{ $files } 个文件（{ $bytes } 字节），都与归档时一样。
backup-restored-partly = { $at } 的库已恢复到 { $dir }：{ $records } 个案卷，日志 { $lines } 行，{ $files } 个文件（{ $bytes } 字节）；上面列出了 { $findings } 个问题。请留着副本。
backup-not-opened = 没有打开任何案卷：{ $why }
backup-takeover-next = 它现在只能读。原库若确已丢失：jingui backup takeover --vault { $dir } --keystore { $keystore } --key KEYFILE
backup-none = 还没有副本。开始一份：jingui backup create TARGET --offsite
backup-would-take-over = 库将从 { $lines } 行处继续。
backup-taken-over = 库从 { $lines } 行的副本处继续，第 { $seq } 行作了记录。
backup-numbers = 没有写明档号：副本之后给出的档号会再次给出。如果发现更大档号的标签，请手工分开那些案卷。

progress-copy = 正在复制
progress-restore = 正在恢复

# --- 推送：最新状态送往 CA ------------------------------------------------------------------------

cmd-push = 把最新状态送往 CA 的存储，并收取 CA 留在那里的东西
cmd-push-more =
    目标是 `backup create` 那样的副本，另有托管文件和共签日志的请求。先收取 CA 留下的东西：执行签好的行为文件，
    收下最新的共签。只发送新增的部分；在任何地方中断，下次推送接着做，目标里的东西从不修改、从不删除。
    --lines 逐个列出看过的文件：= 已在，+ 已送到，* 那里是别的东西，! 库里的与归档时不符。与 --dry-run 同用时按名称和大小
    比较全部文件，不发送任何东西；- 表示那里有而日志现在没有提到。CA 发现损坏的（`jingui accept`）再送到 again/ 之下。
    --keep 记住目标和选项，供不写目标的 `jingui push` 和任务 push 使用，由安全管理员或系统管理员设定；除此之外不需要钥匙。
    退出码 3：CA 留下的东西或托管文件须人处理。
    --lock MODE 让存储把每个文件保留到其案卷可以销毁之日，并随案卷加上或解除法律保留；只在已经试出存储确实锁得住时才锁。第一次会先试
    （约二十秒）；凭据不能删除的，用 --probed 写明 CA 处 `jingui doctor --store URL --lock MODE --json` 的输出。没有锁住的会指明，
    退出码 3，下次再试。
cmd-push-examples =
    jingui push s3://ra-east/jingui --endpoint https://store.ca.example --credentials /etc/jingui/store
    jingui push /media/disk/jingui --limit 2M --keep --key wang.key
arg-push-new = 虽然这里曾有另一份副本，仍开始新的一份
arg-push-all = 在目标查看每一个文件，而不只是新增的
arg-push-lines = 每个文件一行：= 已在，+ 已送到，* 被占用，! 与归档时不符；与 --dry-run 同用列出全部文件，- 为日志现在没有提到的
arg-push-limit = 平均每秒发送的字节数，如 500K 或 2M
arg-push-probed = 能在那里删除的人用 `doctor --store --json` 对这个存储得到的输出
arg-push-lock-check = 读回每一个锁，而不只是要改变的
arg-lock = 保留的方式：governance；或 compliance，任何人都不能收回
arg-push-keep = 今后不写目标时都推送到这里
arg-push-forget = 忘记已记住的目标
arg-at = 档案推送到的地方：目录、file:/// 地址，或 s3://BUCKET/PREFIX
why-rate = 请写每秒字节数，如 500K、2M 或 300000

error-no-push-place = 还没有人说明推送到哪里
hint-no-push-place = 请写明目标：`jingui push s3://BUCKET/PREFIX` 或目录；加上 --keep 和安全管理员或系统管理员的钥匙即可记住。如果 settings/places.toml 被人手工改过，其中关于推送的内容不算数，须重新记住。

progress-push = 正在推送
push-done = { $place } 已有最新状态：日志 { $lines } 行，新增文件 { $files } 个（{ $bytes } 字节）。
push-escrow = 第 { $epoch } 密钥期的托管文件已一并送到：由 CA 打开，并用 `jingui keys prove` 答复。
push-unescrowed = 第 { $epoch } 密钥期的托管文件在目标缺失或不对，也无法从钥匙柜送去：请从交付的地方取回，让 CA 用 `jingui accept` 检查，或更换密钥。
push-asked = 已请 CA 共签 { $lines } 行的树头；下次推送收取答复。
push-unasked = 没有请 CA 共签：{ $why }。下次推送会再请求。
push-no-cosigner = 还没有指定由谁共签日志：`jingui journal cosigner KEY`。
push-order = { $name }：已执行（{ $what }，第 { $seq } 行）。
push-overtaken = { $name }：已不再需要（{ $what }）：所涉事项已撤销，或已有更新的一份，或已全部移交。无须处理；CA 可以把它拿走。
push-cosigned = { $name }：{ $lines } 行的树头已于 { $at } 共签。
push-refused = { $name } 未能收下：{ $why }。在 CA 把它拿走之前，每次推送都会再试。
push-compared = 已在 { $there } 个，将送 { $missing } 个，日志现在没有提到的 { $extra } 个，被占用 { $other } 个，与归档时不符 { $lacking } 个。没有发送任何东西。
push-kept = 今后推送到 { $place }。要定时推送：`jingui jobs set push="30 1 * * *" --reason 理由`。
push-forgotten = 已不再记住推送到哪里。
push-again = { $name } 已再次发送：CA 发现它损坏。
push-beside = { $name } 处是别的东西：文件已放到 again/ 之下，读取副本的都能找到。请告知 CA。
push-again-other = { $name } 已再次发送而没有完整到达；CA 的下一份报告会再次要求。
push-again-lacking = { $name } 无法再次发送：库里的也与归档时不符。见 `jingui verify`。

push-probing = 正在试存储是否锁得住，用 { $below } 之下的对象：约二十秒。
push-locks = 锁定（{ $mode }）：读回 { $files } 个文件；新保留 { $locked } 个，延长 { $extended } 个，加法律保留 { $held } 个，解除 { $released } 个，未能如愿 { $refused } 个。
push-undated = 有 { $count } 卷没有保留期限：还不能确定到哪一天，或那一天已过。请审核案卷并关联证书。
push-unlocked = { $name } 没有按应有的方式锁定：{ $why }。下次推送会再试。
push-unlocked-more = 另有 { $count } 个文件没有按应有的方式锁定。
push-lock-lost = { $name } 原已锁定，读回时锁却不在或变短了：有人解除了锁，或在上面另传了一个版本。现已重新锁定；请查明谁持有可以这样做的凭据。
push-lock-lost-more = 另有 { $count } 个文件原已锁定，读回时锁却不在或变短了。现已重新锁定。
push-longer = { $name } 保持原样：{ $why }。
push-longer-more = 另有 { $count } 个文件保持原样：现有的锁比应有的更久。
push-locks-ended = 锁没有全部查完：{ $why }。下次推送接着做。
error-lock-nowhere = { $path } 是目录，没有什么能锁
hint-lock-nowhere = 请去掉 --lock；硬盘请锁在柜中。
error-not-probed = { $path } 没有说明 { $place } 的存储以 { $mode } 方式会怎样
hint-not-probed = 请用能在那里删除的凭据、在同一地址：`jingui doctor --store { $place } --lock MODE --json > FILE`。
error-not-locking = 没有试出 { $place } 的存储锁得住（{ $mode }）：{ $list }。没有锁任何东西，也没有发送任何东西
hint-not-locking = 请建立带对象锁的存储桶，并用 `jingui doctor --store { $place }` 检查。不锁而推送：写明目标，去掉 --lock。
error-lock-unseen = 这些凭据不能删除，试不出 { $place } 的存储是否锁得住（{ $mode }）：{ $list }。没有锁任何东西，也没有发送任何东西
hint-lock-unseen = 请 CA 运行 `jingui doctor --store { $place } --lock MODE --json > FILE`，再写明一次这个文件：`jingui push { $place } --lock MODE --probed FILE`。
error-lock-not-kept = { $key } 应当锁定（{ $wanted }），读回却是：{ $found }
hint-lock-not-kept = 请用 `jingui doctor --store URL` 检查存储；库自身的规则照样有效。
error-lock-too-long = { $key } 现有的锁（{ $found }）比应有的（{ $wanted }）更久，且仍可收回：不改为 compliance，否则任何人都不能再收回
hint-lock-too-long = 请存储桶的主人（有权绕过 governance）缩短这项保留，再用 `jingui push --lock-check` 锁定；否则保持原样。

# --- 清除已不存在的 --------------------------------------------------------------------------------

cmd-backup-remove = 在 CA：从副本中清除该档案已销毁的，或全部，连同每个版本
cmd-backup-remove-more =
    哪些已不存在，以目标处的日志为准，且只认 DIR 中的共签方已共签的部分：已销毁案卷的文件、已取出文件的、按清单移交的案卷的、
    全部移交之后的一切，以及 CA 已销毁的密钥的托管文件。用 --all 清除副本所有的一切；那里的其他东西，例如同一前缀之下的其他档案，都留下，
    要清除的之中若有另一份副本，则予拒绝。用 `accept --take --leave-documents` 接收时留在这里的文件，连同查找它们所需的，都不清除：别处没有。
    只有加 --documents 才一并清除：FILE 每行一个名称，只清除其中列出的；也可以是留下文件的库所出销毁证明的 JSON，其中列有名称。
    `all` 清除全部，包括该库中仍在保管的案卷的文件。
    每个版本、每个删除标记、每个未完成的上传都按其编号清除，再列出一遍。保留期内的和法律保留的留在原处，连同日期一起指明；
    退出码 3，以后用同一命令接着做。FILE 中的答复写明清除了什么、还剩什么。--dry-run 列出全部。不需要库和钥匙。
cmd-backup-remove-examples =
    jingui backup remove s3://ra-east/jingui --cosigner /srv/cosigner --credentials /etc/jingui/owner -n
    jingui backup remove s3://ra-east/jingui --all --confirm VAULT -o removed.json --credentials /etc/jingui/owner
arg-backup-remove-cosigner = 共签方的目录：它共签过的说明哪些已不存在
arg-backup-remove-all = 一切，不管日志怎么说
arg-backup-remove-documents = 接收案卷时留在这里的文件也一并清除：此文件列出的，或 all（全部）
arg-backup-remove-confirm = 再写一遍库的编号
arg-backup-remove-output = 把答复写入这个文件
error-removal-unconfirmed = 这一步无法撤销：将彻底清除库 { $vault } 的 { $count } 个对象；请写出完整的库编号
hint-removal-unconfirmed = 加上 --confirm { $vault }；--dry-run 可先列出。
error-no-bodies = { $path } 没有列出这份副本的文件（{ $line }）
hint-no-bodies = 每行一个名称，写副本之内的名称（bodies/…）；或用销毁证明：`jingui purge certificate PLAN --json > FILE`。
error-copy-inside = 要清除的之中有另一份副本：{ $name }
hint-copy-inside = 若是您的另一个档案，请先用它自己的编号清除；否则请单独清除这个对象。什么也没有清除。
progress-remove = 正在清除
trace-version = 版本
trace-marker = 删除标记
trace-upload = 未完成的上传
remove-one = { $name }（{ $what } { $id }）：{ $lock }
remove-one-file = { $name }：{ $lock }
remove-retained = 保留到 { $until }
remove-retained-held = 保留到 { $until }，且法律保留
remove-held = 法律保留
remove-free = 未锁定
remove-stays = 仍在
remove-cut = 中断：到此为止已清除的记在 { $path }；再运行同一命令即接着做。两份答复都请保存。
remove-cut-unwritten = 中断，而且没能记下到此为止已清除的：{ $why }
remove-nothing = { $place } 什么也没有，任何版本都没有。
remove-left = 有 { $count } 个对象不清除：库 { $takers } 接收案卷时把文件留在了这里（`accept --take --leave-documents`），别处可能没有。加 --documents FILE 只清除 FILE 列出的；加 --documents all 清除全部，包括该库仍在保管的案卷的文件。
remove-would = 将彻底清除库 { $vault } 的 { $count } 个对象，其中 { $locked } 个尚被锁定，还不能清除。
remove-done = 已从 { $place } 清除 { $names } 个文件的 { $versions } 个版本，最后列出时一个也不剩。答复：{ $path }
remove-part = 已从 { $place } 清除 { $names } 个文件的 { $versions } 个版本；还剩 { $left } 个对象，见上。到期之后再运行同一命令。答复：{ $path }

cmd-accept = 在 CA：检查某个档案推送的一切，损坏的要求再送，移交的予以接收
cmd-accept-more =
    读取最新状态的每个文件，与日志里的大小和摘要比较，校验日志，用 CA 的身份打开该档案的托管文件，再用这些密钥打开每个封面和
    每份文件。用 --cosigner DIR 时日志必须接得上最后共签的树头：换回旧状态的会被拒绝。报告留在目标；档案的下次推送把缺失或损坏的
    再送到 again/ 之下，因为那里的东西从不替换。除报告外不写任何东西，也不显示任何案卷的内容。不需要库。异常的名称同 `verify`；
    退出码 13。
    用 --take 时，若没有异常且该档案已移交，就由自己库（--vault）的档案员把每一卷归入自己的库，档号、冻结、证书和日期不变。
    FILE 是回执：由主管方用 `jingui act sign` 签名，用 `jingui act send` 送出。在任何地方中断，再运行同一命令即可，不会重复接收。
    用 --leave-documents 时只接收著录和密钥：文件留在 TARGET，打开时从那里取，先核对再打开。
cmd-accept-examples =
    jingui accept s3://ra-east/jingui --identity ca.age --key ca.key --cosigner /srv/cosigner
    jingui accept /media/disk/jingui --take -o receipt.act --vault /srv/vault --key ca.key --cosigner /srv/cosigner
arg-accept-identity = 托管文件所封给的身份，若不是钥匙自己的
arg-accept-cosigner = 共签方的目录：日志必须接得上它签过的
error-not-a-report = { $path } 不是 CA 的报告：{ $why }
hint-not-a-report = 没有因它再次发送任何东西。请 CA 把它拿走，或用 `jingui accept` 另留一份。
accept-whole = 档案 { $vault } 截至 { $at } 完好：日志 { $lines } 行，文件 { $files } 个（{ $bytes } 字节）；用托管的密钥打开了 { $records } 卷中的 { $opened } 卷及其每份文件；{ $seconds } 秒。
accept-damaged = 档案 { $vault } 截至 { $at } 有 { $findings } 处异常：日志 { $lines } 行，文件 { $files } 个（{ $bytes } 字节）；打开了 { $records } 卷中的 { $opened } 卷；{ $seconds } 秒。
accept-continues = 其日志接得上 { $lines } 行的共签树头。
accept-no-head = 其日志没有与共签的树头比较：用 --cosigner DIR 即可比较。
accept-wanted = 有 { $wanted } 个文件要求再送（{ $name }）：由档案的下次推送发送它手里有的。
accept-unknown = 共签方没有共签过这个库的任何树头：没有什么能说明它就是您所指的档案。
accept-stands = 关于这一状态的报告已在那里（{ $name }），保持不变。有 { $wanted } 个文件损坏：请在档案的下次推送之后再检查，或先把那份报告拿走。
