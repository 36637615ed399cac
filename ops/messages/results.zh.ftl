# 命令的输出，中文。
# notice-…：对库做了什么；kind-…：日志行说的是什么；col-…：表头。

## Notices

notice-adopted = 上次运行结束时已写入、尚未计入的 { $lines } 行日志已收下。
notice-tail = 上次运行后日志末尾不完整；{ $size } 字节已移至 quarantine/{ $name }。
notice-tree-rebuilt = derived/tree 缺失或不符，已由日志重建。
notice-catalog-rebuilt = 目录已重建：{ $why }。
notice-dates-rebuilt = derived/dates 已由日志重建：{ $why }。
notice-read-only = 库以只读方式打开：{ $why }。
notice-swept = 未完成的行为留下的文件已移至 quarantine/{ $name }。
notice-no-keystore = 无法访问 { $path } 处的钥匙柜。
notice-mirror-lags = 镜像落后：{ $why }。下一次行为会补齐。
notice-healed = { $from ->
    [mirror] { $path } 已损坏，现由镜像恢复。
   *[other] { $path } 已损坏，现由 { $from } 恢复。
 }
notice-toml-restored = VAULT.toml 已由日志首行重新写出。
notice-solo = 这是单人试用库：没有第二人，没有上级机构。

## Words

yes = 是
no = 否
col-number = 档号
col-record = 案卷
col-date = 日期
col-project = 项目
col-outlet = 网点
col-customer = 客户
col-customer-kind = 客户类型
col-customer-id = 客户证件号
col-business = 业务
col-outcome = 结果
col-class = 保管类别
col-clerk = 经办
col-filed-at = 归档时间
col-filed-there = 原归档日期
col-reviewed-there = 原单位已审核
col-taken-in = 接收时间
col-tags = 标签
col-box = 盒号
col-waived = 免交
col-documents = 材料数
col-doc = 序号
col-kind = 材料类别
col-name = 名称
col-type = 格式
col-size = 字节
col-sha256 = SHA-256
col-seq = 行
col-at = 时间
col-by = 行为人
col-what = 行为
col-reason = 理由
col-staff = 工号
col-roles = 角色
col-countersigned = 已会签
col-holds-key = 持有密钥
col-disabled = 停用时间
col-epoch = 密钥期
col-state = 状态
col-started = 开始
col-members = 副本持有人
col-sheets = 恢复单
col-escrow = 托管
col-vault = 库
col-signed = 已签名
col-act = 行为编号
col-data = 内容
col-ra = 注册机构
col-dir = 目录
col-keystore = 钥匙柜
col-records = 案卷数
col-openings = 调阅次数
col-lines = 日志行数
col-head = 最新签名树头
col-staff-count = 人员
col-incidents = 事故
col-quarantine = 隔离
col-mirror = 镜像
col-free = 剩余字节
col-path = 路径
col-finding = 发现
col-detail = 说明

kind-vault-init = 建库
kind-file-set = 登记文件
kind-staff-enrol = 人员登记
kind-staff-countersign = 会签登记
kind-staff-disable = 人员停用
kind-epoch-start = 密钥期开始
kind-escrow-proved = 托管已证明
kind-epoch-member = 密钥副本制成
kind-epoch-copy = 恢复单制成
kind-epoch-reseal = 封面重封
kind-epoch-verified = 密钥期已核验
kind-epoch-destroyed = 旧密钥已销毁
kind-record-file = 归档
kind-record-open = 调阅
kind-facts-reveal = 查看原值
kind-head-signed = 树头签名
kind-segment-close = 日志段关闭
kind-incident = 发现损坏
kind-quarantine = 移入隔离
kind-file-healed = 由镜像或副本恢复

## Filing

add-filed = 已归档：{ $number }（{ $count } 份材料，类别 { $class }），案卷 { $record }。
add-supplemented = 已补件：{ $number }（{ $count } 份材料，类别 { $class }），案卷 { $record }。
add-repeated = 著录与材料相同的案卷已归档为 { $number }（{ $count } 份材料，类别 { $class }，案卷 { $record }）；未做任何改动。确需再归一次，请用 --again。
add-filed-before = { $name } 以前归过档：{ $number } 第 { $doc } 份。
add-twice-here = { $name } 与本次第 { $doc } 份材料相同。
add-would-file = 将归档 { $count } 份材料，类别 { $class }；全部可读。
add-twin = 著录与材料相同的案卷已归档为 { $number }。
error-kind-unused = --kind、--mark 或 --title 指的 { $file } 不在要归档的文件中
hint-kind-unused = 按命令行上的写法或只用文件名来指定。
error-future-date = 日期 { $date } 晚于今天 { $today }
hint-future-date = 请填实际办理业务的日期；若日期无误，请检查本机时钟。
error-customer-id = 客户证件号不可能正确：{ $why }
hint-customer-id = 请对照纸质材料。单位用 18 位统一社会信用代码，个人用身份证号、护照或通行证号。

## Reading

list-nothing = 没有符合的案卷。
list-more = 还有更多：--after { $cursor }
list-customer-contains = 没有名称恰为“{ $name }”的客户；以下名称包含它。
open-copied = { $name } → { $path }
open-would = 将调阅 { $count } 份材料，并记入日志。
open-spooled = 日志无法写入；本次调阅的签名记录在 { $path }。以后用 `jingui act submit` 补入。
error-which-document = { $record } 有 { $count } 份材料
hint-which-document = 用序号指定一份（见 `jingui show { $record }`），或用 -o 给一个目录。
error-binary-to-terminal = 材料不是文本，而输出是终端
hint-binary-to-terminal = 用 -o 给一个文件，或把输出交给其他程序。

## People and acts

staff-enrolled = { $name } 已登记，工号 { $staff }。
staff-would-enrol = { $name } 将登记为 { $staff }。
staff-to-countersign = 还须上级机构会签：`jingui staff countersign --request 文件`。
staff-none-open = 所有登记均已会签。
staff-would-countersign = 将会签 { $count } 项登记。
staff-countersigned = 已会签 { $count } 项登记。
staff-disabled = { $staff } { $name } 已停用。
staff-would-disable = 将停用 { $staff } 并开始新的密钥期。
staff-rotation-due = 已离开的人仍持有当前密钥副本。请安全管理员用 `jingui keys rotate` 开始新的密钥期。
act-written = 已写出：{ $path }
act-done = 已执行：{ $what }，第 { $seq } 行。
act-sent = 已留给档案：{ $what }（{ $name }）。由它的下次推送执行。
act-repeated = 以前已执行：{ $what }，第 { $seq } 行。
act-failed = 行为 { $id } 未执行：{ $why }。

## Keys

epoch-destroyed = 已销毁
epoch-waiting = 等待 CA
epoch-old = 旧
epoch-resealing = 正在重封
epoch-current = 当前
escrow-proved = 已证明
escrow-waiting = 尚未证明
escrow-none = 无
keys-no-way-back = 既无已证明的托管，也无恢复单：一旦所有钥匙文件丢失，档案也就丢失。请用 `jingui keys sheet -o 文件` 制作恢复单并锁存。
keys-waiting = 密钥期 { $epoch } 等待 CA 证明能打开托管文件。请交出 { $path }；CA 运行 `jingui keys prove` 后发回文件，用 `jingui act submit` 提交。
keys-unfinished = 转入密钥期 { $epoch } 尚未完成；`jingui keys rotate` 会继续。
keys-would-rotate = 将开始新的密钥期并重封 { $count } 个封面。
keys-rotated = 密钥期 { $epoch }：{ $covers } 个封面、{ $notes } 条附记已核验，旧密钥已销毁。
keys-sheet = 恢复单在 { $path }。请打印、锁存，然后删除该文件。
keys-proved = 库 { $vault } 密钥期 { $epoch } 的托管文件可以打开。
keys-recovered = { $name } 已登记为 { $staff }，密钥副本在 { $keystore }。
progress-reseal = 重封
progress-verify = 核验
progress-destroy = 销毁旧密钥
sheet =
    金匮恢复单 · JINGUI RECOVERY SHEET

    注册机构 · RA        { $ra }
    库 · Vault           { $vault }
    密钥期 · Epoch       { $epoch }
    公钥 · Recipient     { $recipient }

    持有本单及库文件者可打开本密钥期的全部案卷。请锁存，与库分开保管；新单制成后销毁本单。
    Whoever holds this sheet and the vault's files can open every record of this epoch.

    { $identity }

    使用 · To use it:
      1. jingui key new -o NEW.key --name 姓名
      2. jingui keys recover --sheet 本文件 --person NEW.pub --role security,archivist --key 上级机构.key
         （单人试用库不用 --key；把密钥抄入文本文件，大小写均可）
    不用金匮 · Without jingui:
      age -d -i 密钥文本 covers/…/案卷.1.e{ $epoch }.age

## Beginning

init-made = 库 { $vault } 已建成。
      库：     { $dir }
      钥匙柜： { $keystore }
    钥匙柜须与库分开存放，不入库的备份；人员的钥匙文件和口令请妥善保管。没有它们，谁也打不开案卷。
init-would = 将在 { $dir } 建库；人员符合制度要求。
init-countersign = { $count } 项登记等待上级机构：`jingui staff countersign --request 文件`，上级机构运行 `jingui act sign 文件 -o 已签文件`，再 `jingui act submit 已签文件`。
init-escrow = CA 证明能打开托管文件之前不能归档：请交出 { $path }；CA 运行 `jingui keys prove` 后发回文件，用 `jingui act submit` 提交。

## Integrity

rebuild-tree = derived/tree：{ $lines } 行。
rebuild-catalog = 目录：{ $records } 个案卷。
error-step = 演示的这一步没有成功：{ $command }（{ $code }）
hint-step = 请在演示目录中手工运行该行，以查看详情。

## Demo

demo-would = 将在 { $dir } 建试用库。
demo-begin = 金匮演示，全部为编造数据。以 $ 开头的行都可照样输入。
demo-people = 一、人员。每人一个钥匙文件，由口令封存；公开部分交给登记人。这些钥匙打开得快，只为演示；正式钥匙请不要加 --work-factor。
demo-vault = 二、建库。李娜任安全管理员并审核，张伟归档，王芳任法务，陈静审批，孙立审计；CA 会签。
demo-ca = 三、CA 证明能打开托管文件，并会签登记；往来都是小文件。
demo-file = 四、归档。每个案卷封存、落盘、回读之后，才告知已归档。
demo-find = 五、按项目、客户、日期查找。
demo-open = 六、调阅。先记入日志，再显示内容。
demo-verify = 七、核验：先不用任何钥匙核验每一个文件；再逐份打开全部材料。
demo-review = 八、缺件与第二个人。张伟登记核对情况，并说明哪些材料可以免收；没有经手的李娜审核。
demo-seen = 已与纸质原件核对
demo-waived = 纸质件在 A-1 盒
demo-prove = 九、用通用工具证明一份材料，不出示其他材料。
demo-cert = 十、吊销。有效期三年的证书，半年后即被吊销：张伟提报吊销决定，王芳确认，五年保管期改从吊销之日起算。
demo-form-cert = 申请表（已签发证书）
demo-project-cert = 招投标
demo-customer-cert = 北山公司
demo-revoked = CA 第 17 号决定
demo-rule = 十一、延长保管期限。陈静提议改为六年，`rule diff` 列出哪些案卷的最后一天由哪天改到哪天；王芳批准后，对已有案卷同样适用。
demo-rule-basis = CPS 2.1 第5.5.2条
demo-rule-reason = CA 新版 CPS
demo-dispute = 十二、争议。冻结优先于一切，两项冻结以最后解除的为准。王芳看得到冻结的事由，别人看不出任何迹象。
demo-matter-court = （2026）民初 77 号
demo-matter-complaint = 投诉第 12 号
demo-basis = 法院来函
demo-due = 十五、到期。四年前撤回的一份申请，保管期已满；`why` 说明每一个日期从何而来。
demo-cosign = 十三、共签。CA 共签日志的行数和根；请求与答复都是小文件。没有共签，什么都不能销毁。
demo-clock = 十四、时钟说谎，拨快了十年（自己输入时需要 faketime 工具）。`due` 相信本机时钟；销毁则以本机日期与 CA 最近共签日期中较早的一天为准，所以没有可以销毁的。
demo-purge = 十六、销毁。王芳鉴定，陈静批准，李娜与孙立监销，各用自己的密钥；还要等满七天并再次共签，所以这里只演练执行。
demo-form = 申请表（已撤回）
demo-project = 旧项目
demo-customer = 晨光公司
demo-over = 保管期满，无继续保存价值
demo-name-chen = 陈静
demo-name-sun = 孙立
demo-no-tools = 此处未核验，因为没有安装：{ $list }。请在装有这些工具的机器上运行 proof/check.sh。
demo-name-ca = CA 授权人
demo-name-li = 李娜
demo-name-zhang = 张伟
demo-name-wang = 王芳
demo-ra = 演示注册机构
demo-reason = 合同查证
demo-end =

    完成：{ $seconds } 秒归档 { $count } 个案卷，都在 { $dir }。可继续：
      cd { $dir }
      export JINGUI_VAULT=vault JINGUI_KEY=keys/zhang.key
      jingui list --passphrase-file keys/passphrase.txt
      jingui add incoming/001 --project 项目 --customer 客户 --customer-kind enterprise --business new --date 2026-01-05 --outlet 网点 --passphrase-file keys/passphrase.txt
      jingui status
      jingui keys rotate --key keys/li.key --passphrase-file keys/passphrase.txt
      less vault/README.txt        不用金匮如何读取全部内容
    试试损坏：改动 vault/ 中任一文件的一个字节，再运行 `jingui verify --keyless`。
proof-written = 证明在 { $path }；任何人都可用 `bash { $path }/check.sh 材料文件` 核验。
verify-whole-full = 完好：核验日志 { $lines } 行、签名 { $signatures } 个、{ $records } 个案卷的文件 { $files } 个（{ $bytes } 字节），全部材料均已打开；用时 { $seconds } 秒。
verify-whole-keyless = 完好：不用钥匙核验日志 { $lines } 行、签名 { $signatures } 个、{ $records } 个案卷的文件 { $files } 个（{ $bytes } 字节）；用时 { $seconds } 秒。
verify-damaged = 日志 { $lines } 行、文件 { $files } 个（{ $bytes } 字节）中有 { $findings } 处问题；用时 { $seconds } 秒。`jingui repair --from 副本` 可由镜像和该副本恢复其尚存的部分。
verify-healed = { $path } 已由镜像恢复。
verify-not-healed = { $path } 无法恢复：{ $why }。
verify-warning-mode = { $path }：本机其他用户可能读取或改动（{ $detail }）。
verify-warning-leftover = { $path }：中断的运行留下的文件（{ $detail }）。
verify-warning-unjudged = { $path }：日志损坏期间无法判断（{ $detail }）。
verify-warning-read-only = { $path }：发现无法记入日志（{ $detail }）。
verify-warning-keystore = { $path }：{ $detail }。
verify-warning-mirror-unreachable = 无法访问镜像 { $path }：{ $detail }。
verify-warning-mirror-lags = 镜像 { $path } 落后：{ $detail }。
verify-warning-catalog = 目录 { $path }：{ $detail }。
journal-whole = 日志完好：{ $lines } 行、签名 { $signatures } 个，树根 { $root }。
progress-journal = 读取日志
progress-files = 读取文件
progress-contents = 打开材料
progress-mirror = 读取镜像
progress-catalog = 核对目录

finding-missing = 缺失
finding-extra = 多余
finding-size = 大小不符
finding-digest = 摘要不符
finding-sealed = 无法打开
finding-content = 内容不符
finding-chain = 链断
finding-signature = 签名不符
finding-head = 树头不符
finding-commit = 计数不符
finding-provenance = 与来源档案不符
finding-edited = 被改动
finding-not-a-file = 不是文件
finding-unreadable = 不可读
keys-mirror-behind = 全部已重封至密钥期 { $epoch }，但镜像 { $path } 尚未跟上（{ $why }）。镜像跟上之前旧密钥保留：请接回镜像后再次运行 `jingui keys rotate`。
notice-places-edited = { $path } 与日志所记不符；其中的钥匙柜和镜像不予使用。请用 --keystore 指定，或用 `jingui verify --heal` 恢复该文件。
