# 调阅：档案仍在运行时，把单个案卷提供给 CA。CA 那一边，和档案这一边。

cmd-request = 向 CA 提供单个案卷：凭签名的调阅请求答复，或由 CA 自行打开
cmd-request-more =
    CA 提出请求（`request new`），由主管方签名并送出，档案的下次推送把它取回。档案方有人用案卷答复（`request answer`）
    或予以拒绝；CA 读取答复（`request read`）。来不及时，CA 从已推送的内容自行打开案卷（`request open`），
    档案的下次推送之后，日志里就有记载。
cmd-request-examples =
    jingui request new s3://ra-east/jingui JG01-2026-000042 --matter "（2026）7 号案" --basis dispute -o ask.act --key ca.key
    jingui request list
cmd-request-new = 在 CA：请求调阅一卷
cmd-request-new-more =
    不需要库。请求只写档号，不写任何人；事由密封给该档案。答复将封给 --recipient，不写则封给您的钥匙。您的钥匙就是主管方的，
    当即签名；否则由主管方用 `jingui act sign` 签名。`jingui act send` 把它放到目标。用 --cosigner DIR 时，那里的日志必须接得上
    共签过的。若档案在取回之前更换了密钥，每次推送都会指出它：请用 --again FILE（原来的请求）重新提出，原来的就无须处理。
cmd-request-new-examples =
    jingui request new s3://ra-east/jingui JG01-2026-000042 --matter "（2026）7 号案" --basis dispute -o ask.act --key ca.key
    jingui request new /media/disk JG01-2026-000042 --matter "来函 12 号" --basis regulator --due 2026-12-15 -o ask.act --key ca.key
cmd-request-list = 在档案：列出 CA 请求而尚未答复的
cmd-request-list-more = 不需要钥匙。用 --all 时，已答复、已拒绝的，以及 CA 自行打开的案卷，也一并列出。
cmd-request-list-examples =
    jingui request list
    jingui request list --all --json
cmd-request-show = 显示一项请求及其事由
cmd-request-show-more = 供档案员和法务使用。编号见 `request list`。
cmd-request-show-examples =
    jingui request show 2M7K3Q4TS8WZ6X1V0B9C5D7E8F --key sun.key
    jingui request show 2M7K3Q4TS8WZ6X1V0B9C5D7E8F --key sun.key --json
cmd-request-answer = 用案卷答复请求，密封给 CA
cmd-request-answer-more =
    由档案员或法务办理。打开案卷与 `jingui open` 一样记入日志；限制使用的案卷，按请求写明的用途打开。答复包括全部文件、著录、
    案卷自己的日志行，以及在签名树头之下的证明。写到 -o FILE，或放到 --at TARGET；都不写则放到推送的去处。日志有一行
    指明它；再推送一次，CA 也就看到这一行。
cmd-request-answer-examples =
    jingui request answer 2M7K3Q4TS8WZ6X1V0B9C5D7E8F --key sun.key
    jingui request answer 2M7K3Q4TS8WZ6X1V0B9C5D7E8F -o answer.age --key sun.key
cmd-request-refuse = 拒绝请求
cmd-request-refuse-more = 由档案员或法务办理，例如没有这一卷，或已销毁。理由密封保存。
cmd-request-refuse-examples =
    jingui request refuse 2M7K3Q4TS8WZ6X1V0B9C5D7E8F --reason "已于 2025 年销毁，计划 0J7R" --key sun.key
    jingui request refuse 2M7K3Q4TS8WZ6X1V0B9C5D7E8F --reason "是另一注册机构的档号" --key sun.key --dry-run
cmd-request-read = 在 CA：读取答复，核实后写出
cmd-request-read-more =
    不需要库。读文件，或读目标里对某项请求的答复。树头须由该档案的日志签名，每一行都在它之下得到证明，其中的请求由主管方签名，
    每份文件的摘要与归档时一致，才算数。用 --cosigner DIR 时，日志须是共签方知道的那一个，并接得上共签过的。DIR 为新建目录。
cmd-request-read-examples =
    jingui request read answer.age -o case-7 --key ca.key --cosigner /srv/cosigner
    jingui request read s3://ra-east/jingui 2M7K3Q4TS8WZ6X1V0B9C5D7E8F -o case-7 --key ca.key
cmd-request-open = 在 CA：用托管的密钥，从已推送的内容打开一卷
cmd-request-open-more =
    不需要库。读取目标的日志和这一卷的文件，每个都须是日志所指的那一个。写出任何文件之前，先把说明此事的行为写到 --act-out；
    请立即签名，并用 `jingui act send` 放到目标，档案的下次推送之后日志就记载这次打开。若在此之前更换了密钥，用
    --again FILE 另出一份，不必再打开案卷。
cmd-request-open-examples =
    jingui request open s3://ra-east/jingui JG01-2026-000042 --matter "（2026）7 号案" --basis dispute -o case-7 --act-out opened.act --key ca.key
    jingui request open /media/disk JG01-2026-000042 --matter "来函 12 号" --basis regulator --identity ca.age -o l12 --act-out l12.act --key ca.key

arg-request-new-target = 档案推送到哪里：目录、其 file:/// 地址，或 s3://BUCKET/PREFIX
arg-request-new-number = 档号
arg-request-new-basis = 依据：dispute（纠纷）、complaint（投诉）、regulator（监管）
arg-request-new-due = 应在哪天之前答复
arg-request-new-recipient = 答复封给谁，若不是您的钥匙
arg-request-new-cosigner = 共签方的目录：日志必须接得上它签过的
arg-request-new-again = 因更换密钥而未被接收的请求：由新的一份代替
arg-request-new-output = 请求写到这个文件，由主管方签名
arg-request-list-all = 已办结的和 CA 自行打开的也列出
arg-request-show-act = 请求的编号，见 `request list`
arg-request-answer-act = 请求的编号，见 `request list`
arg-request-answer-output = 把密封的答复写到这个文件
arg-request-refuse-act = 请求的编号，见 `request list`
arg-request-refuse-reason = 理由；密封保存
arg-request-read-from = 答复文件，或它所在的目标
arg-request-read-act = 答复在目标时，请求的编号
arg-request-read-identity = 答复所封给的身份，若不是钥匙自己的
arg-request-read-cosigner = 共签方的目录：日志须是它知道的那一个
arg-request-read-output = 尚不存在的目录
arg-request-open-target = 档案推送到哪里：目录、其 file:/// 地址，或 s3://BUCKET/PREFIX
arg-request-open-number = 档号
arg-request-open-basis = 依据：dispute（纠纷）、complaint（投诉）、regulator（监管）
arg-request-open-identity = 托管文件所封给的身份，若不是钥匙自己的
arg-request-open-cosigner = 共签方的目录：日志必须接得上它签过的
arg-request-open-again = 因更换密钥而未被接收的打开记载：另出一份写到 --act-out，不再打开案卷
arg-request-open-output = 尚不存在的目录
why-recipient = age 接收者以 age1 开头，`jingui key show` 会显示

## Results

request-asked = 请求调阅档案 { $vault } 的 { $number }
request-would-ask = 将请求调阅档案 { $vault } 的 { $number }。
request-sign = 下一步由主管方办理：jingui act sign { $path } -o signed.act，再 jingui act send signed.act --at { $place }。请求的编号是 { $act }。
request-send = 已签名。下一步：jingui act send { $path } --at { $place }。编号是 { $act }。
request-unvouched = 除该档案自己所说之外，没有什么能说明它就是您所指的：请用 --cosigner DIR 指明共签方的目录。
request-other-authority = 答复所写的主管方不是您读取时所用的钥匙。若您就是主管方，这份答复出自他人。
request-key-alone = 日志的钥匙是共签方知道的那一把。是否接得上最后共签的，从这份答复看不出来。
request-none = 没有待答复的请求。
request-others = 另有 { $count } 项已办结，或由 CA 自行打开：用 --all 列出。
request-answered = 已用 { $number } 答复：{ $count } 份文件（第 { $seq } 行）。
request-would-answer = 将用 { $number } 答复：{ $count } 份文件。
request-answer-file = 密封给 CA 的答复：{ $path }
request-answer-left = 答复已放在目标：{ $name }
request-refused = 已拒绝 { $number }（第 { $seq } 行）。
request-would-refuse = 将拒绝 { $number }。
request-read = { $number }：{ $count } 份文件，在 { $lines } 行的树头之下得到证明，写在 { $path }
request-would-read = { $number }：{ $count } 份文件，在 { $lines } 行的树头之下得到证明。没有写出任何内容。
request-opened-here = { $number }：{ $count } 份文件，与日志所指一致，写在 { $path }
request-told-again = 已另出一份打开 { $number } 的记载。
request-would-tell-again = 将另出一份打开 { $number } 的记载。
request-would-open = { $number }：{ $count } 份文件可以打开。没有写出任何内容。

request-state-open = 待答复
request-state-overdue = 逾期
request-state-answered = 已答复
request-state-refused = 已拒绝
request-state-opened = CA 已自行打开
ground-dispute = 纠纷
ground-complaint = 投诉
ground-regulator = 监管
col-ground = 依据
col-answer-by = 答复期限
col-settled = 办结于行
col-answer = 答复的 BLAKE3
col-refused = 拒绝理由

kind-record-request = CA 请求调阅
kind-request-answer = 答复调阅请求
kind-request-refuse = 拒绝调阅请求
kind-escrow-open = CA 自行打开案卷

## What went wrong

error-no-request = 没有请求或答复 { $act }
hint-no-request = `jingui request list --all` 会列出。在 CA：档案的下次推送把请求取回，再由那里的人答复。
error-request-settled = 请求 { $act } 已由第 { $seq } 行办结
hint-request-settled = `jingui request show { $act }` 显示结果。CA 可用 `jingui request new` 重新提出。
error-answer-damaged = { $path } 不是可信的答复：{ $why }
hint-answer-damaged = 没有保留其中任何内容。请档案方再送一次文件，或用 `jingui request new` 重新请求。
