# jingui 程序的中文文字。
# cmd-…：命令做什么；cmd-…-more：--help 里的补充说明；cmd-…-examples：两行示例。
# arg-…：选项或参数，属于一个命令（arg-<命令>-<名>）或几个命令（arg-<名>）。
# error-…、hint-…：出了什么错，下一步怎么办；每个代码一对。

## 标签

label-error = 错误：
label-hint = 下一步：
label-warning = 注意：
answer-yes = y yes 是 好
ask-passphrase = { $path } 的口令：
ask-new-passphrase = 给 { $path } 设新口令（至少八个字符）：
ask-passphrase-again = 再输一遍：
waiting-for-guests = 还有 { $count } 个命令在这个库里工作，等它们结束。

## 帮助

help-usage = 用法：
help-commands = 命令
help-command = 命令
help-command-word = <命令>
help-options-word = [选项]
help-arguments = 参数
help-options = 选项
help-common = 各命令通用的选项
help-examples = 示例：

cmd = 保管数字证书的申请档案：加密、离线、可证明
cmd-more =
    一个库就是一个目录。库里每个案卷都加了密；做过的事都记在带签名的日志里。
    想先看看怎么用，运行 `jingui demo`，用的是编造的数据。

    退出码：0 完成，1 失败，2 用法不对，3 部分完成，4 规则不允许，5 计划已过时，
    6 找不到，10 这里没有库，11 库被占用，12 口令或钥匙不对，13 发现损坏，
    14 格式太旧或太新，15 设备连不上，16 空间不足，130 被中断。
cmd-examples =
    jingui demo
    jingui add --help
cmd-key = 制作和保管个人钥匙文件
cmd-key-examples =
    jingui key new -o li.key --name 李华
    jingui key show li.key
cmd-key-new = 制作一个用口令封好的钥匙文件和它的公开部分
cmd-key-new-more =
    公开部分放在旁边，后缀是 .pub，请把它交给负责登记人员的安全管理员。
    没有口令谁也打不开钥匙文件；口令忘了，谁也找不回来。
cmd-key-new-examples =
    jingui key new -o li.key --name 李华
    jingui key new -o li.key --name 李华 --passphrase-file pass.txt
cmd-key-show = 显示钥匙文件的公开部分
cmd-key-show-more = 加 --json，打印出的就是要交给登记人员者的公开部分。
cmd-key-show-examples =
    jingui key show li.key
    jingui key show li.pub --json
cmd-key-passwd = 给钥匙文件换口令
cmd-key-passwd-more = 钥匙本身不变，不用重新登记。旧的副本仍能用旧口令打开。
cmd-key-passwd-examples =
    jingui key passwd li.key
    jingui key passwd li.key --passphrase-file old.txt --new-passphrase-file new.txt
cmd-init = 在空目录里建库
cmd-init-more =
    用 --key 签名的人就是库里的第一个人。建好后会列出必须保管好的东西和它们在哪里。
    钥匙柜要放在另一个设备上，不要和库放进同一份备份。
cmd-init-examples =
    jingui init /srv/vault --ra 东部注册机构 --fonds JG01 --keystore /media/keys --authority ca.pub --key li.key
    jingui init trial --ra 试用 --fonds JG99 --keystore trial-keys --solo --key li.key
cmd-demo = 用编造的数据演示主要工作
cmd-demo-more = 会建一个试用的库，归档、查找、打开案卷，全部核验一遍；演示证书吊销、保管期限延长、时钟说谎，以及四人签字的销毁；最后告诉您接着可以试什么。
cmd-demo-examples =
    jingui demo
    jingui demo /tmp/jingui-demo --records 50
cmd-staff = 库里的人员
cmd-staff-examples =
    jingui staff list
    jingui staff enrol wang.pub --role archivist
cmd-staff-enrol = 登记一个人和他的角色
cmd-staff-enrol-examples =
    jingui staff enrol wang.pub --role archivist
    jingui staff enrol zhao.pub --role reviewer,legal --act-out enrol.act
cmd-staff-countersign = 以建库时指定的主管方身份会签人员登记
cmd-staff-countersign-more =
    要两个人才能办的事，只有主管方会签过的人才算数。
    不给 --request 时，会签所有在等的登记。
cmd-staff-countersign-examples =
    jingui staff countersign --key ca.key
    jingui staff countersign --request wait.act --act-out signed.act
cmd-staff-list = 列出库里的人员
cmd-staff-list-examples =
    jingui staff list
    jingui staff list --all --json
cmd-staff-disable = 停用离岗的人
cmd-staff-disable-more = 停用后，他的钥匙不能再签名，也不能再打开新的东西。接着请用 jingui keys rotate 开始新的密钥期。
cmd-staff-disable-examples =
    jingui staff disable 0003
    jingui staff disable 0003 --reason 已离职
cmd-act = 以文件传递的签名行为
cmd-act-examples =
    jingui act show enrol.act
    jingui act submit enrol.act
cmd-act-sign = 用自己的钥匙签行为文件，在哪台机器上都行
cmd-act-sign-examples =
    jingui act sign request.act -o signed.act
    jingui act sign request.act -o signed.act --key ca.key
cmd-act-submit = 执行签好的行为，或补记 open --spool 留下的记录
cmd-act-submit-examples =
    jingui act submit signed.act
    jingui act submit spool.acts --json
cmd-act-send = 把签好的行为留给某个档案，由它的下次推送执行
cmd-act-send-examples =
    jingui act send approval.act --at s3://ra-east/jingui --credentials /etc/jingui/store
    jingui act send proof.act --at /media/disk/jingui
cmd-act-show = 显示行为文件的内容和签名人
cmd-act-show-examples =
    jingui act show signed.act
    jingui act show signed.act --json
cmd-keys = 密钥期、托管和恢复
cmd-keys-examples =
    jingui keys status
    jingui keys rotate --reason 0003离岗
cmd-keys-status = 显示各密钥期、谁有副本、有没有恢复的办法
cmd-keys-status-examples =
    jingui keys status
    jingui keys status --json
cmd-keys-rotate = 开始新的密钥期，全部重新加封
cmd-keys-rotate-more = 可以中断；再运行一次会接着做。指定了 CA 的，要等 CA 证明能打开托管文件，新密钥期才生效。
cmd-keys-rotate-examples =
    jingui keys rotate --reason 0003离岗
    jingui keys rotate --ca-recipient age1qqq
cmd-keys-sheet = 写出恢复单，打印后锁起来
cmd-keys-sheet-more = 谁拿到恢复单，谁就能打开所有案卷。打印后请删掉文件，把纸放进保险柜。
cmd-keys-sheet-examples =
    jingui keys sheet -o sheet.txt
    jingui keys sheet -o /dev/shm/sheet.txt
cmd-keys-recover = 人员的钥匙都丢了时，重新打开库
cmd-keys-recover-more = 会登记一个新的安全管理员，并给他做一份钥匙副本。由主管方签名；单人库由新来的人自己签名。
cmd-keys-recover-examples =
    jingui keys recover --escrow 1.age --identity ca-identity.txt --person li.pub --role security --key ca.key
    jingui keys recover --sheet sheet.txt --person li.pub --role security --key li.key
cmd-keys-prove = CA 方用：证明能打开托管文件
cmd-keys-prove-examples =
    jingui keys prove 1.age --identity ca-identity.txt -o answer.act
    jingui keys prove 1.age --key ca.key -o answer.act
cmd-add = 归档一个案卷，或给案卷补件
cmd-add-more =
    给目录就是目录里的所有文件。签名的人就是经办人。完成后打印档号和案卷标识。
    什么都不会被覆盖：补件（--to）单独算一次归档。用同一个 --request 重复运行，不会重复归档。
cmd-add-examples =
    jingui add scans/ --project 社保一期 --customer 晨光有限公司 --customer-kind enterprise --business new --date 2024年5月1日 --outlet 人民路网点
    jingui add 执照.pdf --to JG01-2026-000042 --reason 执照后到 --kind 执照.pdf=SUB
cmd-list = 按著录项列出案卷
cmd-list-examples =
    jingui list --project 社保一期 --from 2024-01-01
    jingui list --customer 晨光有限公司 --limit 20 --json
cmd-show = 显示案卷的著录
cmd-show-more = 证件号码等会遮住一部分。用 --reveal 可以看全；谁看的会记入日志，理由会加密保存。
cmd-show-examples =
    jingui show JG01-2026-000042
    jingui show JG01-2026-000042 --reveal --reason 法院调档12号
cmd-open = 打开案卷的材料
cmd-open-more =
    一份材料输出到标准输出或 -o 指定的文件；用 --all 时，-o 是目录。打开过会记入日志。
    日志写不进去时，--spool 文件会留下这条记录，之后用 act submit 补记。
cmd-open-examples =
    jingui open JG01-2026-000042 1 -o 申请表.pdf
    jingui open JG01-2026-000042 --all -o /run/user/1000/record
cmd-log = 显示案卷的经过
cmd-log-examples =
    jingui log JG01-2026-000042
    jingui log JG01-2026-000042 --json
cmd-status = 显示库的状况
cmd-status-examples =
    jingui status
    jingui status --vault /srv/vault --json
cmd-verify = 核验东西都在、都没变
cmd-verify-more =
    --keyless 不用钥匙，核验摘要、日志链和签名树头；有钥匙时还会逐一打开核验。
    查出的问题会一一列出；有问题时退出码是 13。留存在别的档案那里的文件只计数，用 --left 才读取。
cmd-verify-examples =
    jingui verify --keyless
    jingui verify --sample 5% --heal
cmd-rebuild = 从日志重建派生数据
cmd-rebuild-examples =
    jingui rebuild
    jingui rebuild catalog
cmd-journal = 日志和它的证明
cmd-journal-examples =
    jingui journal log --limit 20
    jingui journal verify
cmd-journal-log = 显示日志的各行
cmd-journal-log-examples =
    jingui journal log --limit 20
    jingui journal log --from 100 --json
cmd-journal-verify = 核验日志链、签名和树头；不用钥匙
cmd-journal-verify-examples =
    jingui journal verify
    jingui journal verify --json
cmd-journal-head = 显示或写出最新的签名树头
cmd-journal-head-examples =
    jingui journal head
    jingui journal head -o newest.head
cmd-journal-prove = 证明某一行在日志里
cmd-journal-prove-more =
    加 --record 与 --doc 会写出一个目录，供法院核验其中一份材料。这属于打开材料：记入日志；
    限制使用的案卷须给出 --purpose 与 --reason。
cmd-journal-prove-examples =
    jingui journal prove 42
    jingui journal prove 42 -o proof.json
cmd-completions = 打印命令行补全脚本
cmd-completions-examples =
    jingui completions bash
    jingui completions zsh
cmd-help = 显示某个命令的完整帮助
cmd-help-examples =
    jingui help add
    jingui help journal log

arg-vault = 库（不给则用 JINGUI_VAULT，再不然用最近的含 VAULT.toml 的上级目录）
arg-keystore = 钥匙柜（不给则用 JINGUI_KEYSTORE，再不然按库的设置）
arg-key = 您的钥匙文件（不给则用 JINGUI_KEY）
arg-passphrase-file = 从这个文件的第一行读口令；- 是标准输入
arg-act-out = 不执行，只把签好的行为写到这个文件
arg-dry-run = 只说会做什么，什么都不改
arg-json = 结果以 JSON 输出
arg-quiet = 只要结果和错误
arg-verbose = 多说一些
arg-no-input = 不提问，需要提问时就失败
arg-lang = 语言：zh 或 en（不给则按系统设置）
arg-color = 颜色：auto、always 或 never
arg-progress = 进度（标准错误）：auto、plain、json 或 none
arg-help-short = 简短帮助
arg-help = 完整帮助
arg-version = 版本
arg-key-new-output = 要制作的钥匙文件
arg-name = 姓名
arg-work-factor = 打开时的计算量，2 的幂：18 约一秒，最多 20
arg-key-show-file = 钥匙文件或公开部分（不给则用 --key）
arg-key-passwd-file = 钥匙文件（不给则用 --key）
arg-new-passphrase-file = 从这个文件的第一行读新口令；- 是标准输入
arg-init-dir = 目录；必须是空的，或还不存在
arg-ra = 注册机构名称
arg-fonds = 全宗代码，档号以它开头
arg-authority = 负责会签的主管方（一般是 CA）的公开部分
arg-ca-recipient = CA 的 age 收件地址；每个密钥期的钥匙都会托管给它
arg-mirror = 把封面、附记和日志在这个目录再存一份，最好是另一个设备
arg-roles = 建库人的角色
arg-init-person = 同时登记这个人和他的角色
arg-solo = 一个人担任所有角色，只供试用
arg-demo-dir = 试用库建在哪里（不给则用 ./jingui-demo）
arg-records = 编造多少个案卷
arg-pub = 这个人钥匙的公开部分
arg-role = 角色：archivist 档案员、reviewer 复核、legal 法务、approver 审批、auditor 审计、system 系统管理员、security 安全管理员、audit 审计管理员
arg-staff-countersign-request = 要会签的请求文件
arg-staff-list-all = 连同已停用的人
arg-number = 人员编号
arg-staff-disable-reason = 理由；会加密保存
arg-act-sign-file = 行为文件
arg-act-sign-output = 签好的行为写到哪里
arg-act-submit-file = 签好的行为，或 open --spool 的文件
arg-act-send-file = 签好的行为文件
arg-act-show-file = 行为文件
arg-keys-rotate-reason = 理由；会加密保存
arg-keys-rotate-ca-recipient = 从这个密钥期起，CA 用的新收件地址
arg-keys-sheet-output = 恢复单写到哪里
arg-escrow = CA 的托管文件
arg-sheet = 恢复单
arg-identity = 能打开托管文件的 age 身份文件
arg-keys-prove-identity = CA 的 age 身份文件（不给则用本人的钥匙）
arg-person = 新安全管理员的公开部分
arg-by = 单人试用库没有上级机构：由该工号签名
arg-escrowfile = 收到的托管文件
arg-keys-prove-output = 答复写到哪里
arg-path = 案卷的文件和目录
arg-project = 项目
arg-customer = 客户
arg-customer-kind = 客户类型：enterprise 企业、institution 事业或社团、person 个人、government 机关
arg-customer-id = 客户的信用代码或证件号码
arg-business = 业务：new 新办、renew 更新、change 变更、reissue 补办、recover 恢复、revoke 吊销、unlock 解锁
arg-date = 业务日期
arg-outlet = 受理网点
arg-outcome = 结果：issued 已办、rejected 驳回、withdrawn 撤回、lapsed 逾期、pending 未定
arg-cert = 案卷的证书
arg-kind = 文件是哪种材料，用清单代码：申请表.pdf=APP
arg-tag = 标签
arg-box = 纸质原件所在的盒
arg-waive = 豁免哪一项和理由：POA=本人当面办理、AGR:signed=旧版协议。项目有 missing、unreadable、copies、undated、expired、stamped、signed、seen、front、back、compared；不写则指该材料现有的缺项
arg-to = 给这个案卷补件
arg-add-reason = 补件理由；会加密保存
arg-request = 请求标识：同一个标识不会重复归档
arg-again = 已有完全相同的案卷也照样归档
arg-from = 从这一天起
arg-list-to = 到这一天止
arg-class = 保管类别：CN-P5、CN-G10、CN-R3
arg-state = 案卷状态
arg-limit = 最多多少条
arg-after = 从这个游标之后接着列
arg-record = 档号、案卷标识，或标识开头能唯一确定的几位
arg-reveal = 显示遮住的内容；要同时给 --reason
arg-reason = 理由；会加密保存
arg-doc = 材料的序号
arg-open-output = 一份材料给文件名，全部材料给目录；- 是标准输出
arg-open-all = 全部材料
arg-spool = 日志写不进去时，把签好的记录留在这个文件
arg-keyless = 不用钥匙：只核验摘要、日志链和树头
arg-all = 所有卷内，不论新旧
arg-sample = 只随机抽查这个比例的卷内
arg-since = 只核验从这一天起归档的
arg-heal = 镜像里还有的，放回原处
arg-part = catalog 目录或 tree 哈希树（不给则都重建）
arg-journal-log-from = 从第几行起
arg-journal-head-output = 把树头写到这个文件
arg-seq = 行号
arg-journal-prove-record = 改为证明该案卷的一份材料；-o 指存放证明的目录
arg-journal-prove-doc = 案卷的哪一份材料
arg-journal-prove-output = 把证明写到这个文件
arg-shell = bash、zsh、fish、elvish 或 powershell
arg-words = 命令的各个词

## 值为什么不行

why-list = 只能是其中之一：{ $list }
why-number = 要在范围内的整数
why-day = 要写成日期，例如 2024-05-01 或 2024年5月1日
why-label = 要 1 到 200 个可显示的字符
why-fonds = 全宗代码是 1 到 16 个大写字母和数字
why-staff = 人员编号是四位或更多的数字
why-request = 请求标识有 26 个字符，样子见 `journal log`
why-percent = 要写成比例，例如 5%
why-kinded = 要写成 文件=材料种类，种类例如 APP、OTHER
why-waiver = 要写成 材料种类=理由 或 材料种类:缺项=理由，如 AGR:signed=旧版协议
why-enrolment = 要写成 公开部分=角色,角色
why-utf8 = 有的词不是 UTF-8 编码

## 钥匙

key-made =
    钥匙文件：{ $key }
    公开部分：{ $pub }
    钥匙文件和口令请分开保管。把公开部分交给登记人员的人。
key-would-be-made = 会制作钥匙文件 { $path } 和它的公开部分。
key-name = 姓名
key-age = 收件地址
key-sign = 签名公钥
key-passphrase-changed = { $path } 现在只能用新口令打开。请销毁它的旧副本。

## 程序的错误

error-unknown-command = 没有 `{ $word }` 这个命令；什么都没做
hint-unknown-command = { $near ->
    [none] `{ $command } --help` 列出所有命令。
   *[other] 是不是想输 `{ $near }`？`{ $command } --help` 列出所有命令。
 }
error-unknown-option = 这里不能用 `{ $word }`；什么都没做
hint-unknown-option = { $near ->
    [none] `{ $command } --help` 列出所有选项。
   *[other] 是不是想输 `{ $near }`？`{ $command } --help` 列出所有选项。
 }
error-command-missing = `{ $command }` 后面还要一个词：{ $list }
hint-command-missing = `{ $command } --help` 说明各是做什么的。
error-argument-missing = 还缺：{ $list }
hint-argument-missing = `{ $command } --help` 说明它们是什么。
error-bad-value = { $option } 不能是 `{ $value }`：{ $why }
hint-bad-value = 改正后再试；`{ $command } --help` 里有示例。
error-value-missing = { $option } 后面要有值
hint-value-missing = 把值写在它后面；`{ $command } --help` 里有示例。
error-conflict = { $option } 不能和 { $other } 一起用，也不能给两次
hint-conflict = 去掉一个；`{ $command } --help` 说明各是做什么的。
error-not-here = `{ $command }` 没有 { $option }；什么都没做
hint-not-here = 去掉 { $option } 再运行。`{ $command } --help` 列出可用的选项。
error-misuse = 命令行看不懂：{ $what }
hint-misuse = `{ $command } --help` 说明怎么写。
error-in-use = 库 { $path } 正被占用，占用它的程序没有回应
hint-in-use = 等那个程序结束；或用 `fuser { $path }/run/lock` 找到并结束它，再试一次。
error-holder-version = 占用库的程序是 { $theirs } 版，本程序是 { $ours } 版
hint-holder-version = 等那个程序结束，或改用同一版本。
error-holder-lost = 占用库 { $path } 的程序在执行本命令的途中结束了
hint-holder-lost = 先看 `jingui status`，再运行一次本命令；用同一个 --request 不会重复归档。
error-holder-stalled = 占用库 { $path } 的程序在执行本命令时一直等待磁盘回应
hint-holder-stalled = 请检查磁盘。磁盘恢复后本命令仍可能执行；届时再运行一次不会重复。这期间可以用 `jingui list` 和 `jingui open --spool 文件`。
error-holder-refused = 库 { $path } 正被本机另一个用户占用
hint-holder-refused = 请以库的所有者身份操作，或等那个程序结束。
error-no-terminal = 需要口令，但没有可以提问的终端
hint-no-terminal = 用 --passphrase-file 给出口令文件，或用 - 从标准输入读。
error-passphrase-differs = 两次输入的口令不一样；什么都没做
hint-passphrase-differs = 再试一次，两次输入相同的口令。
error-exists = { $path } 已经存在；没有覆盖任何东西
hint-exists = 换个名字，或先把旧文件移走。
error-panic = 这是 jingui 自身的错误（{ $place }）：{ $what }
hint-panic = 没做完的都不算数。请把这一行报告给我们；加 -v 可以看到更多。

## 库的错误

error-no-vault = { $path } 没有库
hint-no-vault = 用 --vault 指定库的目录，或用 `jingui init` 建一个。
error-not-empty = { $path } 不是空目录
hint-not-empty = 换一个空目录，或还不存在的目录。被中断的 `init` 留下的不是库，可以删除。
error-nested = { $path } 和 { $other } 不能一个放在另一个里面
hint-nested = 钥匙柜和镜像要放在库外面，最好在另一个设备上。
error-too-new = { $path } 的格式是 { $found }，本版本读不了
hint-too-new = 请用写它的那个更新的版本。
error-draft-format = { $path } 是第一版格式定稿之前的草案格式，不能升级
hint-draft-format = 请用当初写它的程序打开，取出文件，在本版本的库里重新归档。那时的钥匙在这里也用不了，请用 `jingui key new` 另做。
error-edited = { $path } 里的 { $what } 和日志第一行不一致
hint-edited = 有人改过它。`jingui verify --heal` 会从镜像放回原样。
error-journal-damaged = 日志第 { $seq } 行损坏（{ $path }）：{ $why }
hint-journal-damaged = 库还能读，不能写。先原样复制一份，再运行 `jingui repair`；没有镜像时加 `--from 副本`。
error-commit-damaged = { $path } 的两处记录都损坏了
hint-commit-damaged = 先把库原样复制一份，再运行 `jingui repair`；没有镜像时加 `--from 副本`。
error-vault-read-only = 库 { $path } 现在只能读：{ $why }
hint-vault-read-only = 请先解决这个问题；其间可以查阅，也可以 `jingui verify`。
error-stalled = 磁盘已有 { $seconds } 秒没有回应：{ $path }
hint-stalled = 请检查磁盘。磁盘恢复后，先前的命令仍可能执行；届时再运行一次不会重复。这期间可以用 `jingui list` 和 `jingui open --spool 文件`。
error-poisoned = 磁盘没有确认写入，已停止写：{ $why }
hint-poisoned = 检查磁盘后再运行一次；打开库时会自动核对。
error-closed = 库已经关闭
hint-closed = 再运行一次命令。
error-file-damaged = { $path } 损坏：{ $finding }
hint-file-damaged = `jingui verify` 列出所有损坏；`jingui repair --from 副本` 把镜像或该副本里有的放回原处。
error-no-keystore = { $path } 没有钥匙柜
hint-no-keystore = 接上存放它的设备，或用 --keystore 指定目录。丢了请看 `jingui keys recover --help`。
error-other-keystore = { $path } 的钥匙柜是另一个库的
hint-other-keystore = 接上正确的设备，或用 --keystore 指定目录。
error-key-needed = 这件事要用您的钥匙
hint-key-needed = 用 --key 给出钥匙文件，或设置 JINGUI_KEY。还没有钥匙，用 `jingui key new` 制作。
error-wrong-passphrase = 这个口令打不开 { $path }
hint-wrong-passphrase = 再试一次，留意输入法和大小写。口令忘了找不回来，只能做新钥匙、重新登记。
error-weak-passphrase = 口令太短；什么都没做
hint-weak-passphrase = 至少八个字符；几个词连起来又好记又安全。
error-not-a-key = { $path } 不是个人钥匙文件：{ $why }
hint-not-a-key = 请给出 `jingui key new` 制作的 .key 文件，或用它的副本。
error-not-a-person = { $path } 不是钥匙的公开部分：{ $why }
hint-not-a-person = 请向本人要 .pub 文件；`jingui key show 钥匙文件 --json` 可以再打印一份。
error-bad-name = { $name } 不能作钥匙上的姓名
hint-bad-name = 写成一行，最多 64 个字符，首尾不留空格。
error-stranger = { $name } 的钥匙没有在这个库登记
hint-stranger = 把公开部分交给安全管理员，用 `jingui staff enrol` 登记；或用 --key 换一把钥匙。
error-disabled = { $staff } 在这个库已被停用
hint-disabled = 请找安全管理员。回来的人要重新登记，用新编号。
error-no-copy = { $staff } 没有本密钥期的钥匙副本，打不开案卷
hint-no-copy = 审计、系统管理员和审计管理员本来就没有。其他人请看 `jingui keys status`，并找安全管理员。
error-role = { $staff } 不能办这件事，要有以下角色之一：{ $roles }
hint-role = 请有这个角色的人来办（`jingui staff list`），或找安全管理员。
error-not-authority = 这件事只能由建库时指定的主管方来办
hint-not-authority = 把请求文件交给主管方，答复用 `jingui act submit` 交进来。
error-policy = 已登记的人员满足不了规则：{ $why }
hint-policy = 用 --person 公开部分=角色 多登记几个人；只是试用，可以用 --solo。
error-administrators = { $staff } 会身兼两种管理员
hint-administrators = 系统、安全、审计三种管理员必须是三个人；请把角色给别人。
error-last-security = { $staff } 是最后一个安全管理员
hint-last-security = 请先登记另一个安全管理员。
error-no-staff = 没有编号 { $staff } 的人
hint-no-staff = `jingui staff list --all` 列出所有编号。
error-enrolled = 这把钥匙已经登记为 { $staff }
hint-enrolled = 不用再登记。要换角色，先停用 { $staff }，再登记一把新钥匙。
error-escrow-unproved = CA 还没有证明能打开第 { $epoch } 密钥期的托管文件
hint-escrow-unproved = 把钥匙柜里的 escrow/{ $epoch }.age 交给 CA（`jingui keys prove`），答复用 `jingui act submit` 交进来。
error-escrow-answer = CA 的答复和第 { $epoch } 密钥期的托管文件对不上
hint-escrow-answer = 把最新的托管文件再交给 CA，请它重新答复。
error-epoch-moved = 这期间开始了新的密钥期，第 { $epoch } 密钥期已结束
hint-epoch-moved = 再运行一次命令，就会用新的。以文件送来的行为须另出一份；打开案卷的记载由 CA 用 `jingui request open … --again FILE` 另出。
error-rotation-unfinished = 换到第 { $epoch } 密钥期还没有做完
hint-rotation-unfinished = 再运行 `jingui keys rotate`，会接着做。
error-bad-signature = { $by } 的签名对不上
hint-bad-signature = 文件被改过，或是用别的钥匙签的。请重新签名。
error-other-vault = 这个行为是给另一个库（{ $vault }）的
hint-other-vault = 用 --vault 指定正确的库。
error-not-an-act = { $path } 不是行为文件：{ $why }
hint-not-an-act = 请给出 --act-out 或 `jingui act sign` 写的文件。
error-unsigned = { $path } 是请求，还没有人签名
hint-unsigned = 请相应的人运行 `jingui act sign { $path } -o 签好的文件`，再提交那个文件。
error-not-carried = { $kind } 这种行为不能以文件交进来
hint-not-carried = 请直接在库里运行相应的命令。
error-stale = 这个行为和库的现状不符：{ $why }
hint-stale = 看一下最新状况（`jingui status`），重新做这个行为。
error-no-record = 没有案卷 { $record }
hint-no-record = `jingui list` 可以按项目、客户、日期查找案卷。
error-ambiguous = 有 { $count } 个案卷的标识以 { $record } 开头
hint-ambiguous = 多给几位，或改用档号。
error-no-document = 案卷 { $record } 没有第 { $doc } 份材料
hint-no-document = `jingui show { $record }` 列出它的材料。
error-no-line = 日志没有第 { $seq } 行；最后一行是第 { $lines } 行
hint-no-line = `jingui journal log` 显示日志的各行。
error-source = { $path } 不能归档：{ $why }
hint-source = 请给出可以读的文件或目录；这次什么都没归档。
error-source-changed = 读 { $path } 的时候它变了；什么都没归档
hint-source-changed = 等扫描仪或别的程序写完，再试一次。
error-too-many = 一次归档 { $count } 份材料太多，最多 { $limit } 份
hint-too-many = 先归档前面的，其余用 --to 补件。
error-read-back = { $path } 写下后读出来不一样；什么都没归档
hint-read-back = 是磁盘或内存有问题。请先检查，再继续。
error-catalog = 目录用不了：{ $why }
hint-catalog = 没有丢东西：`jingui rebuild catalog` 会重建它。
error-cursor = { $cursor } 不是这个列表里的位置
hint-cursor = 用上一次列表给出的游标，筛选条件不变；或去掉 --after。
error-not-opened = 这把钥匙打不开 { $path }
hint-not-opened = 用 --identity 给出 CA 的身份文件，或换成对应密钥期的文件。
error-other-epoch = { $path } 里不是当前密钥期的钥匙
hint-other-epoch = 请用最新的托管文件或恢复单；`jingui keys status` 显示是第几期。
error-no-mirror = 这个库没有镜像，或镜像连不上
hint-no-mirror = 接上存放镜像的设备；没有镜像就从备份恢复。
error-interrupted = 已中断
hint-interrupted = 做完的都算数。再运行一次会接着做。
error-io = 磁盘或文件出错：{ $doing }（{ $cause }）
hint-io = 检查路径和设备，再试一次。
error-no-space = 空间不足：{ $doing }（{ $cause }）
hint-no-space = 腾出空间或换大一点的磁盘，再运行一次。
error-read-only = 磁盘只能读：{ $doing }（{ $cause }）
hint-read-only = 以可写方式接上。若是自己变成只读的，磁盘可能要坏了：请先把库复制出来。
error-no-permission = 没有权限：{ $doing }（{ $cause }）
hint-no-permission = 请以文件所有者的身份操作，或找系统管理员。
error-missing = 找不到：{ $doing }（{ $cause }）
hint-missing = 检查名字；相对路径从当前目录算起。
