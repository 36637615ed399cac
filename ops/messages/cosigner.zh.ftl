# 树头由外面的人共签：库这一边，和共签方那一边。

cmd-journal-cosigner = 指定由谁共签本库日志的树头，或显示现在是谁
cmd-journal-cosigner-more =
    KEY 是 `jingui cosigner show` 打印的那一行。由主管方签名；没有主管方的库由安全管理员签名。
    给 --request FILE 时只写出未签名的行为，由主管方用 `jingui act sign` 签。

    换了共签方就从头开始：它共签过树头之前，什么都不能销毁。
cmd-journal-cosigner-examples =
    jingui journal cosigner
    jingui journal cosigner ca.example/cosigner+c8946d8d+BP0XJDhaoMdbZPt4zWAvodmR/ev3axPFjtcC6sg16fYY --request name.act
cmd-journal-cosign = 请共签方共签日志，或收进它的答复
cmd-journal-cosign-more =
    --request 对全部日志行签一个树头，写出几百字节的文件，里面没有个人信息。用任何办法交给共签方；
    答复同样拿回来，用 --import 收进来。

    销毁计划只在共签过的树头之下执行，而且不会走在共签方的日期前面。
cmd-journal-cosign-examples =
    jingui journal cosign --request -o 2026-11.request
    jingui journal cosign --import 2026-11.answer
cmd-journal-fork = 库落后于签过的树头时，另起日志继续
cmd-journal-fork-more =
    密钥库记得最后签过的树头。从旧的一份恢复的库接不上它，只能读。先找新的那份库；若已丢失，由安全管理员
    提议放弃那个树头，再由另一人（法务或审批人）确认。此后树头属于新的日志；共签方要用 --accept-fork
    才会签，在那之前什么都不能销毁。
cmd-journal-fork-examples =
    jingui journal fork propose --reason "服务器磁盘丢失，从五月的副本恢复" --key li.key
    jingui journal fork confirm 0K2Q6V1R8Y3T5W7Z9B1D3F5H7J --key sun.key
cmd-journal-fork-propose = 提议放弃密钥库记得的树头
cmd-journal-fork-propose-examples =
    jingui journal fork propose --reason "服务器磁盘丢失，从五月的副本恢复" --key li.key
    jingui journal fork propose --reason "服务器磁盘丢失" --key li.key --dry-run
cmd-journal-fork-confirm = 作为第二人确认
cmd-journal-fork-confirm-examples =
    jingui journal fork confirm 0K2Q6V1R8Y3T5W7Z9B1D3F5H7J --key sun.key
    jingui journal fork confirm 0K2Q6V1R8Y3T5W7Z9B1D3F5H7J --key sun.key --dry-run
cmd-cosigner = 共签各库的树头：CA 在自己的机器上运行
cmd-cosigner-examples =
    jingui cosigner sign 2026-11.request -o 2026-11.answer --key ca.key
    jingui cosigner show
cmd-cosigner-init = 建一个共签方目录
cmd-cosigner-init-more =
    钥匙就是 `jingui key new` 做的钥匙文件，仍放在原处；目录里只有它的公开部分，以及每个库最后签过的树头。
    绝不要从备份恢复这个目录：那样它会忘记签过什么。
cmd-cosigner-init-examples =
    jingui cosigner init /srv/cosigner --name ca.example/cosigner --key ca.key
    jingui cosigner init cosigner --name ca.example/2026 --key ca.key -n
cmd-cosigner-sign = 请求里的树头若接得上上一个，就共签它
cmd-cosigner-sign-more =
    库由它的日志钥匙认得：第一次要用 --trust 给出它的 VAULT.toml。签过什么先落盘，答复后写出。
    最后签过的那个树头可以再签一次，以防答复丢失。
    用 --at 时签署某个档案推送到那里的请求，答复也留在那里，由它的下次推送收取。
cmd-cosigner-sign-examples =
    jingui cosigner sign 2026-11.request -o 2026-11.answer --trust VAULT.toml --key ca.key
    jingui cosigner sign --at s3://ra-east/jingui --dir /srv/cosigner --key ca.key
cmd-cosigner-show = 显示要交出去的钥匙，和为每个库最后签过的树头
cmd-cosigner-show-examples =
    jingui cosigner show
    jingui cosigner show --dir /srv/cosigner --json

arg-journal-cosigner-cosigner = 共签方的验证钥匙
arg-journal-cosigner-request = 把未签名的行为写到这个文件，由主管方签
arg-journal-cosign-request = 请求：对全部日志行签一个树头，写出请求
arg-journal-cosign-import = 收进这个答复
arg-journal-cosign-from = 共签方说它知道的行数
arg-journal-cosign-output = 把请求写到这个文件
arg-journal-fork-propose-reason = 新的那份库怎么了；原因密封保存
arg-journal-fork-confirm-act = 提议，由 `journal fork propose` 打印
arg-journal-head-cosigned = 改为最新的共签树头
arg-cosigner-init-dir = 空的或还不存在的目录
arg-cosigner-init-name = 用什么名字签，最好是自己的域名加一段路径
arg-cosigner-sign-request = 库写出的文件
arg-cosigner-sign-dir = 共签方目录；不给就是当前目录
arg-cosigner-sign-output = 把答复写到这个文件
arg-cosigner-show-dir = 共签方目录；不给就是当前目录
arg-trust = 从此认得这个库，凭它的 VAULT.toml
arg-accept-fork = 接受这个库另起了一本日志，与签过的接不上

why-cosigner = 应为 `jingui cosigner show` 打印的验证钥匙，形如 name+id+base64

cosigner-made =
    共签方已建：{ $dir }
    交给各库的钥匙：{ $key }
cosigner-would-make = 将在 { $dir } 建共签方，钥匙为 { $key }。
cosigner-nothing-asked = 档案 { $vault } 没有尚未答复的请求。
cosigner-signed = 已共签：{ $origin }，{ $before } → { $lines } 行，{ $at }
cosigner-would-sign = 将共签：{ $origin }，{ $before } → { $lines } 行，{ $at }
cosigner-clock-behind = 本机时钟比上次共签的时间还早；这次仍用那个时间（{ $at }）。请校准时钟。
cosigner-named = 从此由 { $name } 共签。
cosigner-would-name = 将指定由 { $name } 共签。
cosigner-none = 还没有指定共签方。用 `jingui journal cosigner KEY` 指定。
cosign-asked = 已写出 { $lines } 行的请求：{ $path }。请共签方答复，再运行 `jingui journal cosign --import ANSWER`。
cosign-would-ask = 将从 { $from } 行请求到全部 { $lines } 行及树头那一行。
cosign-imported = 已共签：{ $lines } 行，{ $at }（第 { $seq } 行）。
cosign-repeated = 以前收过：{ $lines } 行，{ $at }（第 { $seq } 行）。
cosign-would-import = 将收进：{ $lines } 行，{ $at }。
cosign-none = { $name } 还没有共签过树头。用 `jingui journal cosign --request -o FILE` 去请求；收到答复之前什么都不能销毁。
cosign-old = 最新的共签树头已有 { $days } 天。用 `jingui journal cosign --request -o FILE` 请求下一个。

fork-proposed = 提议 { $act }：从 { $lines } 行继续，尽管签过 { $known } 行。由法务或审批人确认：jingui journal fork confirm { $act }
fork-would-propose = 将提议从 { $lines } 行继续，尽管签过 { $known } 行。
fork-confirmed = 本库可以继续，日志从此为 { $origin }；请告诉共签方，它要用 --accept-fork 签。
fork-would-confirm = 将确认提议 { $act }。

notice-fork = 密钥库记得签过 { $known } 行的树头，这里的 { $lines } 行接不上它：恢复了旧的一份库，或同一个库在两处各自继续。现在只能读。先找新的那份；若已丢失，由 `jingui journal fork propose` 提议、另一人 `jingui journal fork confirm` 确认后继续。

col-cosigner-key = 钥匙
col-cosigned = 共签树头
col-log = 日志

kind-cosigner-name = 指定共签方
kind-head-cosigned = 树头共签
kind-log-fork = 提议另起日志

error-no-cosigner = 还没有指定由谁共签树头
hint-no-cosigner = 用主管方的钥匙运行 `jingui journal cosigner KEY` 来指定。
error-no-cosigned-head = 还没有共签过的树头
hint-no-cosigned-head = 用 `jingui journal cosign --request -o FILE` 去请求。
error-cosigner-named = 已经由 { $name } 共签
hint-cosigner-named = 不用再做什么。
error-not-a-cosigner = { $key } 不能用来共签：{ $why }
hint-not-a-cosigner = 请用 `jingui cosigner show` 打印的那一行。
error-behind-cosigner = 共签方见过 { $known } 行，本库只有 { $lines } 行
hint-behind-cosigner = 这是旧的一份库。归档之前先找到新的那份；若已丢失，收进共签方最后的答复，下次打开时会说明怎样继续。
error-not-an-answer = { $path } 不是共签方的答复：{ $why }
hint-not-an-answer = 请给出 `jingui cosigner sign` 写出的文件。
error-other-log = 这个答复是给另一个库（{ $origin }）的
hint-other-log = 用 --vault 指定正确的库，或要正确的答复。
error-not-cosigner = 答复由 { $names } 签名，不是 { $name }
hint-not-cosigner = 请找本库指定的共签方：`jingui journal cosigner`。
error-not-our-head = 被共签的 { $lines } 行的树头不是本库签的
hint-not-our-head = 被共签的是同名的别的库，或本库的另一段历史。留好这个文件，用 `jingui status` 查看：若恢复的是旧的一份库，会说明怎样继续。
error-not-forked = 没有要接受的：{ $path } 的库接得上密钥库记得的每个树头
hint-not-forked = 照常使用即可。若是共签方知道更新的树头，先收进它最后的答复：`jingui journal cosign --import ANSWER`。
error-cosigned-later = 已经收进 { $at } 的 { $lines } 行树头，这一个更旧
hint-cosigned-later = 不用再做什么：以新的为准。
error-not-a-request = { $path } 不是给共签方的请求：{ $why }
hint-not-a-request = 请给出 `jingui journal cosign --request` 写出的文件。
error-not-a-vault-toml = { $path } 不是库的 VAULT.toml：{ $why }
hint-not-a-vault-toml = 请索取库里的 VAULT.toml 原件。
error-no-cosigner-here = { $path } 没有共签方
hint-no-cosigner-here = 用 --dir 指定它的目录，或用 `jingui cosigner init` 建一个。
error-cosigner-damaged = 共签方的 { $path } 已损坏：{ $why }
hint-cosigner-damaged = 凭它不会再签名。用 `jingui cosigner init` 建新的共签方，并让各库指定它。
error-other-cosigner = 这把钥匙不是 { $path } 共签方的
hint-other-cosigner = 请用建它时的钥匙文件。
error-cosigner-in-use = 另有人正在用 { $path } 的共签方签名
hint-cosigner-in-use = 等那个程序结束，再试一次。
error-unknown-log = 这里不认得 { $origin }
hint-unknown-log = 请索取该库的 VAULT.toml，用 --trust 给出。
error-trust-other = { $path } 不是 { $origin } 的
hint-trust-other = 请问清该库的人哪个才对；弄清之前不要签。
error-other-log-key = { $origin } 的树头不是用认得的钥匙签的
hint-other-log-key = 请求被改过，或是别人做的。请索取新的请求。
error-cosigner-elsewhere = 没有签名：这里知道 { $origin } 的 { $known } 行，请求却从 { $old } 行起
hint-cosigner-elsewhere = 请从那里重做请求：`jingui journal cosign --request --from { $known } -o FILE`。
error-inconsistent = { $origin } 的 { $lines } 行树头接不上签过的 { $known } 行
hint-inconsistent = 它的历史或这个请求被改过。留好文件，询问该库的人；没有签名。
error-log-forked = { $origin }（{ $lines } 行）是另起的日志，接不上 { $known } 签过的 { $seen } 行
hint-log-forked = 请问该库的人原因。若属实，用 --accept-fork 签。
error-log-ended = { $origin } 已改用 { $now }
hint-log-ended = 该库已另起日志，旧的不再共签。
