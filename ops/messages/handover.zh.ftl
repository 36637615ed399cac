# 移交：一个档案的全部，或其中一个项目的案卷，交给它的 CA。档案这一边，和 CA 那一边（`accept --take`）。

cmd-handover = 注册机构关闭时把本档案的全部移交给 CA，或移交一个项目
cmd-handover-more =
    由一人发起，另一人确认：此后不再归档。`jingui push` 把全部送往 CA，CA 打开每份文件，接收到自己的库
    （`jingui accept --take`）。签好的回执随推送回来。此后 `handover finish` 才销毁这里的内容，而且只销毁回执
    所列与这里一致的。日志保留。
    用 `begin --project` 时只移交一个项目的案卷：这些案卷封存，其余一切照常进行。
cmd-handover-examples =
    jingui handover begin --reason "合同于 12 月 31 日终止" --key li.key
    jingui handover status
cmd-handover-begin = 提议移交全部，或一个项目的案卷
cmd-handover-begin-more =
    由审批人、法务或系统管理员提议；另一人确认之前什么也不变。CA 须已证明能打开托管，销毁计划、取出材料、
    更换密钥和其他提议须已办完。
    用 --project 时，移交现属该项目（含其别名）的案卷。清单写入日志，日志不记名；项目名称与理由一同密封。
    此后归档的不在其内。
cmd-handover-begin-examples =
    jingui handover begin --reason "合同于 12 月 31 日终止" --key li.key
    jingui handover begin --project "社保" --reason "项目已转出" --key li.key --dry-run
cmd-handover-confirm = 作为第二人确认：此后不再归档
cmd-handover-confirm-more =
    由审批人或法务确认，不得是提议的人。案卷仍可查阅，冻结仍可设置、复核和解除。收到回执之前，
    `handover cancel` 可以恢复归档。移交一个项目时，只封存其案卷。
cmd-handover-confirm-examples =
    jingui handover confirm 2M7K3Q4TS8WZ6X1V0B9C5D7E8F --key sun.key
    jingui handover confirm 2M7K3Q4TS8WZ6X1V0B9C5D7E8F --key sun.key --dry-run
cmd-handover-cancel = 取消移交，恢复归档
cmd-handover-cancel-more = 只是提议的，予以否决；已确认的，在收到 CA 的回执之前可以取消。
cmd-handover-cancel-examples =
    jingui handover cancel --reason "合同续签" --key sun.key
    jingui handover cancel --reason "合同续签" --key sun.key --dry-run
cmd-handover-status = 显示进展，以及别处还有什么能打开内容
cmd-handover-status-more =
    不需要钥匙。最后说明下一步。移交一个项目时，带上钥匙还会说明是哪个项目，以及该项目在库而不在本次移交之内的
    案卷数：它们是此后归档的，由下一次移交接走。
cmd-handover-status-examples =
    jingui handover status
    jingui handover status --json
cmd-handover-check = 把这里的全部与 CA 的最新回执比较
cmd-handover-check-more =
    不需要钥匙，什么也不改。逐一指明回执里没有或与这里不一致的案卷，以及被 CA 不知道的冻结保护的案卷；
    退出码 3。`handover finish` 开始之前也这样核对。
cmd-handover-check-examples =
    jingui handover check
    jingui handover check --json
cmd-handover-finish = 销毁 CA 已接收的内容，连同全部钥匙
cmd-handover-finish-more =
    移交一个项目时，只销毁其案卷；钥匙和其余一切保留。
    由审批人或法务办理，无法撤销：封面、钥匙副本、文件、附注和一切派生数据都销毁，镜像里的也一样；
    日志、树头、登记簿和回执的清单保留。--confirm 要写完整的回执编号，见 `handover status`。
    在任何地方中断，再运行同一命令即可。退出码 3：须先连上镜像。
cmd-handover-finish-examples =
    jingui handover finish --key sun.key --dry-run
    jingui handover finish --confirm 0K2Q6V1R8Y3T5W7Z9B1D3F5H7J --key sun.key
cmd-handover-place = CA 那一边：显示或指明留存文件的副本在哪里
cmd-handover-place-more =
    用 `accept --take --leave-documents` 留在目标的文件，从那里打开。副本换了地方，或换了访问身份时，由档案员、安全管理员或系统管理员
    在这里指明；那里须正是这个副本。--cache 是取来而仍密封的卷内文件在 derived/held 里最多占多少字节（没有指明时为 1G）。既不给地方也不给
    --cache 时，显示两者。
cmd-handover-place-examples =
    jingui handover place 6W4D1M0PV3J8QK2R7T5Y9Z1B3C s3://ca-archive/ra-east --credentials /etc/jingui/store --key wang.key
    jingui handover place --cache 20G --key wang.key

arg-handover-begin-project = 只移交该项目的案卷，含其别名
arg-handover-begin-reason = 理由；密封保存
arg-handover-confirm-act = 提议的编号，`handover begin` 会显示
arg-handover-cancel-reason = 理由；密封保存
arg-handover-finish-confirm = 完整的回执编号，再写一遍
arg-handover-place-target-id = 副本的编号，`verify --left` 和 `show` 会显示
arg-handover-place-place = 副本所在：目录，或对象存储里的地址
arg-handover-place-cache = 取来的卷内文件最多占多少字节，如 500M 或 20G
arg-verify-left = 也到原处读取留存在别处的文件
arg-accept-take = 把移交的全部接收到自己的库
arg-accept-leave-documents = 与 --take 同用：文件留在原处，从那里打开
arg-accept-output = 与 --take 同用：回执写到这个文件，由主管方签名

## Results

handover-begun = 已提议：{ $act }。确认之后，{ $records } 卷之外不再归档。由另一人确认：jingui handover confirm { $act }
handover-would-begin = 将提议移交 { $records } 卷。
handover-list-begun = 已提议：{ $act }。确认之后，{ $project } 的 { $records } 卷封存，归档照常进行。由另一人确认：jingui handover confirm { $act }
handover-list-would-begin = 将提议移交 { $project } 的 { $records } 卷。
handover-list-confirmed = 第 { $seq } 行已封存 { $records } 卷。归档照常进行。
handover-list-would-confirm = 将确认提议 { $act }：{ $records } 卷将封存。
handover-list-proposed = 由 { $by } 于 { $at } 提议移交 { $records } 卷。由另一人确认：jingui handover confirm { $act }
handover-list-finished = 已销毁所移交的 { $records } 卷（第 { $seq } 行）。钥匙和其余一切保留。
handover-list-would-finish = 将销毁所移交的 { $records } 卷。它们都在回执里，与这里一致。
handover-beside = 该项目另有 { $count } 卷在库而不在本次移交之内，例如此后归档的。由下一次移交接走。
handover-earlier = 此前已移交：{ $records } 卷，接收的库 { $taker }，回执 { $receipt }；已在此销毁，第 { $seq } 行。
handover-still-open = 已销毁内容的旧副本仍能用第 { $epoch } 密钥期的钥匙打开，该钥匙仍在使用：jingui keys rotate
handover-confirmed = 第 { $seq } 行已封库：不再归档。
handover-would-confirm = 将确认提议 { $act }：此后不再归档。
handover-cancelled = 已取消，恢复归档。
handover-would-cancel = 将取消。
handover-none = 没有移交。
handover-proposed = 由 { $by } 于 { $at } 提议。由另一人确认：jingui handover confirm { $act }
handover-received = { $records } 卷，依据日志 { $lines } 行
handover-sheets = 第 { $epoch } 密钥期还有 { $count } 张恢复单能打开密封给它的内容。请销毁纸张并登记：jingui keys shred { $epoch } --medium sheet
handover-escrow = CA 持有的第 { $epoch } 密钥期钥匙仍能打开密封给它的内容，无论在哪里。
handover-copy = { $place } 有一份 { $at } 的副本（{ $lines } 行）。
handover-lack = { $number }：{ $why }
handover-lack-missing = 回执里没有
handover-lack-otherwise = 回执里是另一版本，或文件不同
handover-lack-hold = 受一项 CA 不知道的冻结保护
handover-lack-not-here = 回执里有而这里没有
handover-all-receipted = 全部 { $records } 卷都在回执里，与这里一致，所受的冻结也都在内。
handover-not-receipted = { $records } 卷中有 { $count } 处与回执不符。
handover-finished = 已销毁 { $records } 卷，连同全部钥匙（第 { $seq } 行）。日志保留。
handover-would-finish = 将销毁 { $records } 卷，连同全部钥匙。全部都在回执里，与这里一致。
handover-mirror-lags = 镜像落后，而它必须在场：{ $why }。连上之后再运行同一命令。

handover-stage-sealed = 已封库；尚未全部送到 CA
handover-stage-sent = 已全部送到目标；还没有回执
handover-stage-receipted = CA 已签回执
handover-stage-destroying = 正在销毁
handover-stage-destroyed = 已在此销毁；CA 尚未共签
handover-stage-closed = 已关闭：已在此销毁，并经 CA 共签
handover-next-sealed = 下一步：`jingui push`；然后由 CA 用 `jingui accept --take` 接收，下次推送带回回执。
handover-next-sent = 下一步：由 CA 用 `jingui accept --take` 接收；此后的推送带回回执。
handover-next-receipted = 下一步：`jingui handover check`，再 `jingui handover finish --confirm { $receipt }`
handover-next-destroying = 上次中断了。下一步：再运行 `jingui handover finish --confirm { $receipt }`
handover-next-destroyed = 下一步：`jingui push`，由 CA 用 `jingui cosigner sign --at` 共签，再 `jingui push` 一次。
handover-list-stage-sealed = 其案卷已封存；尚未全部送到 CA
handover-list-next-closed = 该项目的移交已办结。档案照常进行；可以另行发起移交。
handover-next-closed = 除上面列出的纸张和副本外，这里已无事可做。请保留目录：日志记载了一切的去向。

accept-taken = 已从 { $vault } 接收（截至 { $lines } 行）：共 { $records } 卷，本次 { $new } 卷；随之接收冻结 { $holds } 项。
accept-differs = { $number }：没有照原样接收：{ $why }
accept-no-receipt = 有 { $count } 卷与那里不一致，因此没有回执。损坏的由档案的下次推送再送；此后再运行同一命令。
accept-receipt = 回执：{ $path }。清单已放在目标：{ $name }
accept-receipt-next = 下一步由主管方办理：jingui act sign { $path } -o signed.act，再 jingui act send signed.act --at { $place }
accept-would-take = 将接收 { $records } 卷。
accept-not-taken = { $records } 卷都没有接收：损坏的须先再送。
accept-left = 有 { $records } 卷的文件留在目标：档案销毁自己的一份之后，只有那里还有。请保管好，另作备份，并用 `jingui verify --left` 定期读取核验。
accept-left-list = 移交方继续运行，其凭据仍可写入，能覆盖这些文件：请在回执签名之前让存储保留版本或锁定对象，或另存一份到自己的地方。
progress-take = 正在接收：{ $done } / { $total }
progress-left = 正在原处读取留存的文件：{ $done } / { $total }

handover-no-places = 没有指明过留存文件的地方。
handover-place = { $target }：{ $place }
handover-place-cache = 取来的卷内文件最多占 { $bytes } 字节。
verify-left = 另有 { $count } 个卷内文件留在别的档案所放的地方，这次没有读取：`jingui verify --left` 到那里读取。
verify-left-read = 另有 { $count } 个卷内文件留在别的档案所放的地方，已在那里读取核验。
misfiled-stays = 材料本身仍密封在副本 { $target } 的 { $name } 里：持有为该档案托管的密钥的人能打开，直到 CA 在那里删除。
certificate-answers = 未随之销毁：应 CA 请求提供的 { $count } 份答复，内含其文件。凡持有其密封所向钥匙的人都能打开，无论放在何处。以下是它们在目标上（应有）的名称：
certificate-still-there = 未随之销毁：移交方档案的副本 { $target } 里还有 { $count } 个密封的卷内文件。持有为该档案托管的密钥的人能凭那里的封面打开，直到 CA 把两者删除：
why-target = 副本编号有 26 个字符，样子见 `jingui handover place`

col-sealed = 封库于行
col-receipt = 回执
col-taker = 接收的库
col-received = 已接收
col-done-line = 销毁于行
col-handover = 移交

kind-handover-list = 列出待移交的案卷
kind-handover-begin = 提议移交
kind-handover-cancel = 取消移交
kind-handover-receipt = CA 的回执
kind-handover-finish = 移交后开始销毁
kind-handover-done = 已移交并销毁
kind-handover-take = 接收另一个档案
kind-hold-take = 接收冻结

## What went wrong

error-handed-over = 本档案已全部移交（{ $stage ->
    [sealed] 已封库
    [sent] 已送出
    [receipted] 已有回执
    [destroying] 正在销毁
    [destroyed] 已销毁
    [closed] 已关闭
   *[other] { $stage }
 }）
hint-handed-over = `jingui handover status` 显示进展。收到 CA 的回执之前，`jingui handover cancel` 可以恢复归档。
error-sealed = { $what } 正在移交（{ $stage ->
    [sealed] 已封存
    [sent] 已送出
    [receipted] 已有回执
    [destroying] 正在销毁
   *[other] { $stage }
 }）
hint-sealed = 此处不再对其作任何变更。`jingui handover status` 显示进展；收到 CA 的回执之前，`jingui handover cancel` 可以解除封存。
error-nothing-listed = 没有 { $project } 的案卷
hint-nothing-listed = `jingui project list` 列出项目，`jingui list --project` 列出其案卷。
error-transferred = 案卷 { $record } 已移交 { $taker }，回执 { $receipt }
hint-transferred = 案卷在接收的库中。见日志第 { $seq } 行：`jingui journal log --from { $seq } --limit 1`；`jingui print handover --receipt { $receipt }` 打印清单。
notice-certificates-leave = 列表中有 { $count } 张证书未予采纳：以其为依据的案卷正在移交。
error-unfinished = 有事须先办完：{ $what ->
    [handover] 有部分案卷的移交正在进行
    [plan] 有未结束的销毁计划
    [removal] 取出的材料尚未销毁
    [rotation] 更换密钥尚未完成
    [proposal] 有提议等待第二人
    [authority] 本库没有能签回执的主管方
    [takings] 本库接收过另一个档案，暂不能再移交
    [screening] 有档案尚未与常设冻结比对
   *[other] { $what }
 }
hint-unfinished = { $what ->
    [handover] `jingui handover status` 显示进展：请办结，或取消。
    [plan] `jingui purge list` 会列出：请执行完，或予以否决。
    [removal] 请在镜像可用时打开库，例如 `jingui status`。
    [rotation] 请运行 `jingui keys rotate`。
    [proposal] 请确认或否决；`jingui journal log` 会列出。
    [authority] 只有用 --authority 建立的库才能移交。
    [takings] 请保留本库，或通过副本与托管密钥移交（`jingui backup restore`、`jingui keys recover`）。
    [screening] 由法务人员运行 `jingui hold screen`。
   *[other] 见 `jingui status`。
 }
error-no-handover = 没有正在进行的移交，或不是这一次移交
hint-no-handover = `jingui handover status` 显示情况；`jingui handover begin` 可以发起。
error-no-receipt = 还没有 CA 的回执
hint-no-receipt = 由 CA 用 `jingui accept --take` 接收全部，签好回执并用 `jingui act send` 送出；然后运行 `jingui push`。
error-receipt-damaged = { $path } 不是 CA 所签的清单：{ $why }
hint-receipt-damaged = 请再运行 `jingui push`。若仍取不到，请 CA 用 `jingui accept --take` 另出回执。
error-list-too-long = 回执清单将达 { $bytes } 字节，而档案方至多接收 { $limit } 字节。未留下任何内容。
hint-list-too-long = 已接收的各卷都在，没有丢失。一份回执容纳不下这么多卷，请报告此问题。
error-not-receipted = 有 { $count } 卷在 CA 的回执里与这里不一致
hint-not-receipted = `jingui handover check` 会逐一列出。请运行 `jingui push`，由 CA 接收并签新的回执，再推送一次。
error-own-vault = 这是本库自己的移交
hint-own-vault = 请用 --vault DIR 指明 CA 的库。
error-fonds-taken = 这里已有另一个档案使用全宗号 { $fonds }
hint-fonds-taken = 否则同一档号会指两卷。请接收到 CA 的另一个库。
error-rules-differ = 规则 { $class } 第 { $version } 版（{ $years } 年）在那边签署，这里没有
hint-rules-differ = 请先由两人在这里签署同样的规则：`jingui rule propose`、`jingui rule approve`。否则期限会在移交中改变。
error-not-handed-over = { $place } 的档案没有为移交封库，或已不在
hint-not-handed-over = 请在档案那边看 `jingui handover status`：须由两人发起和确认，然后推送。
error-handover-unconfirmed = 这一步无法撤销：请再写一遍完整的回执编号
hint-handover-unconfirmed = 加上 --confirm { $receipt }
error-no-left-place = 没有指明留存文件的副本 { $target } 在哪里
hint-no-left-place = 请指明：jingui handover place { $target } 地方。若有人手工改过 settings/places.toml，`jingui verify` 会指出。
error-left-unreachable = 留存文件的副本 { $target }（{ $place }）无法访问：{ $why }
hint-left-unreachable = 请接上磁盘或恢复存储。若已换地方或换了访问身份：jingui handover place { $target } 地方 --credentials 文件
error-left-elsewhere = { $record } 的文件不在这个副本里，仍留存在副本 { $target } 中
hint-left-elsewhere = 它们仍在原移交方推送到的地方。请在保管该档案的库中打开：jingui open { $record }
error-left-damaged = { $place } 的 { $name } 不是当时接收的卷内文件：{ $finding }。没有显示其中任何内容。
hint-left-damaged = 请用移交方档案的另一份副本把该对象放回原处，再试一次。`jingui verify --left` 会读取全部。
