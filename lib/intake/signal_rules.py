"""The words of the signals: who a clause is about, and per signal what says it and what takes it back.

A word list is text of words parted by blanks; each word is a piece of a regular expression.  ``signals.py`` reads notes with
the ``RULES`` made of them.  Digits in a note are all the same to every rule (a test says so), because readings are remembered
by the text without its digits.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


def _any(*lists: str) -> str:
    """One pattern that matches any word of these lists; ``_`` stands for a blank."""
    return "(?:" + "|".join(word.replace("_", " ") for words in lists for word in words.split()) + ")"


def _en(*lists: str) -> str:
    """The same for English words, which stand between word boundaries."""
    return rf"\b{_any(*lists)}\b"


# --- the people of a note ---------------------------------------------------------------------------------------------------

RELATIVE = (r"(?:" + _any("""爸爸 妈妈 父亲 母亲 父母 爸妈 老爸 老妈 双亲 公公 婆婆 公婆 岳父 岳母 丈母娘 老丈人 爷爷 奶奶 外公 外婆 姥姥 姥爷 太奶
    老人家? 长辈 爱人 老公 老婆 妻子 丈夫 太太 媳妇 对象 男朋友 女朋友 男友 女友 未婚[夫妻] 家里那位 孩子 小孩 儿子 女儿 闺女 宝宝 [大二三小]宝 双胞胎
    娃 家人 家里人 家属 亲人 亲戚 亲属 弟弟 妹妹 哥哥 姐姐 兄弟 舅舅 姑姑 姨妈 伯[父母] 侄[子女] 外甥 孙[子女] 老[母父](?![亲]) 家里老的
    (?<!大)(?<!公)爸(?!爸) 妈(?!妈)""")
    + "|" + _en(r"""mother father mom mum dad parents? wife husband spouse partner son daughter child children kids? baby babies twins
    grand(?:mother|father|ma|pa|parents?|son|daughter) brother sister family_member (?:mother|father)-in-law uncle aunt relatives?
    girlfriend boyfriend""") + ")")
_SURNAME = ("(?:[王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许邓韩冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃钱戴严莫孔"
            "向常汤康易乔赖文庞樊殷施洪翟安颜倪梅鲁耿关俞焦聂柯兰滕]|欧阳|上官|司马|诸葛)")
TITLED = rf"{_SURNAME}(?:女士|先生|太太|阿姨|老板|主任|[姐哥]|总(?![是在会要觉想感有共得算爱怕]))"
CUSTOMER = (r"(?:" + _any("客户 顾客 买[家主] 甲方 学员 学生 家长 患者 客人 会员 业主 用户 采购 对接人 准客 意向[^,]?人 有限公司 集团", TITLED) + "|"
            + _en("customers? clients? buyers? prospects? shoppers? students? callers?") + ")")
# Words that mean the customer only where customers are talked to.
PARTY = rf"(?:{CUSTOMER}|对方|人家|陌生人|进店的|电话那头|\b(?:a |the |some )?(?:parents?|people)\b)"
COLLEAGUE = (r"(?:" + _any("同事 同组 组员 队友 领导 主管 经理 老板 组长 店长 搭档 徒弟 师傅 师父 邻桌 室友") + "|"
             + _en("colleagues? co-?workers? teammates? manager boss supervisor team_lead deskmate mentor") + ")")
SELF = r"(?:自己|本人|我(?!们?(?:妈|爸|老|儿|女|家|弟|妹|哥|姐|爱人|孩子))|^[他她]|\bI\b|\bhimself\b|\bherself\b)"
# Not a subject: the one whom somebody talks with, or is turned down by.
NOT_WITH = r"(?:(?<![跟和与向对给陪被])|(?<=意向))"
# Somebody else is the subject of the clause: what is said of them is not the employee's.
OTHERS = (rf"(?:^|\|)\W*(?:有|一|这|那|几|两|个|位|名|老|新|意向|好多|不少|刚才|最近|店里的?|组里的?|她的?|他的?)*"
          rf"(?:客户|顾客|学员|学生|家长|客人|甲方|同事|同组|组里有|队友|搭档|徒弟|室友|邻桌|前员工|{TITLED})(?!太多|多了|量|的?(?:事|问题|压力))"
          r"|^\W*(?:the |a |an |his |her |one |two |some |three )?(?:other |new )?(?:customers?|clients?|students?|colleagues?"
          r"|co-?workers?|teammates?|deskmate|buyers?|prospects?|friend)\b(?!'s? (?:trouble|complain))")

TELLING = (rf"{NOT_WITH}{CUSTOMER}.{{0,8}}?(?:说|讲(?!不)|表示|称|反映|提到|来电|打来|回复|告知|解释|因为?|由于|推说|借口"
           rf"|\b(?:said|says|told|called|calls|wrote|explained|mentioned)\b)"
           rf"|{NOT_WITH}{CUSTOMER}(?:'s|s')?[^|]{{0,6}}?(?:的|家)?\s?{RELATIVE}")
BUSINESS = ("试听 试课 报名 开课 上课 签约 签单 约访 到店 到访 来访 续费 退费 订单 下单 分期 首付 采购 换机 合同 改约 改期 延期 再打 再联系 "
            r"\bcontract \border \bsigning \bcourse \bcall_back \bpostpone")
BUSINESS = _any(BUSINESS)

# --- families ---------------------------------------------------------------------------------------------------------------

_SICK = _any("""住院 入院 生病 病了 病重 病危 病着 重病 大病 得了?病 患病 癌 肿瘤 结节 手术 开刀 化疗 放疗 透析 中风 脑梗 脑溢血 脑出血 偏瘫 心梗 心脏病
    支架 搭桥 骨折 椎间盘 腰椎 关节 白内障 糖尿病 痴呆 帕金森 摔 车祸 出了?事 发烧 发热 高烧 咳 肺炎 流感 手足口 黄疸 湿疹 住进 ICU 重症 监护室
    抢救 又?进了?医院 在医院 去医院 跑医院 往医院 送医 急诊 挂水 输液 打点滴 确诊 查出 复查 复发 身体(?:又)?(?:不(?:太|大|是很)?好|不行|抱恙|欠佳|[很比较]*差|垮|一年不如)
    卧床 瘫痪 不能自理 行动不便 离不开人 要人扶 下不了床 病情 的病 旧病 老毛病 抑郁 自闭 发育迟缓 情绪[很不崩] 厌学 休学 不肯?(?:去)?上学 产后 坐月子 保胎 早产 流产
    看病 陪护 陪床 陪诊 认不[得出]人? 糊涂 记性 受伤 烫伤 走丢 走失 住不惯""")
_GONE = _any("去世 过世 离世 病逝 走了 不在了 不行了 没了 丧事 白事 奔丧 后事 葬礼 出殡")
_HARD = _any("""失业 下岗 裁员 被裁 没了?工作 没收入 欠(?:了|下|着)?.{0,3}[钱债] 负债 破产 生意(?:失败|亏)
    [没无](?:有)?人(?:照[顾看料应]|接送|带|管|看|陪) 需要(?:人)?(?:照[顾料]|陪护) 要人照顾 两头跑 担子 被骗 官司 坐牢 都愁 发愁 出差.{0,4}一个人带 离婚 分居 吵架""")
ILL = (rf"(?:{_SICK}|{_GONE}|{_HARD}|" + _en(r"""in_(?:the_)?(?:hospital|icu) hospitali[sz]ed ill sick illness surgery operation cancer
    stroke chemo\w* dialysis dementia diagnosed fever coughing pneumonia depressed broke_(?:his|her|a|an)_\w+ accident passed_away
    died dying death funeral bereave\w* lost_(?:his|her|their)_job laid_off out_of_work unemployed needs?_(?:care|looking_after)
    bedridden unwell fell cannot_live_alone in_debt in_trouble""") + ")")
HOME_TROUBLE = (r"(?:家(?:里面?|中)(?:最近|又|突然|这边|也)?(?:有|出了?|有点|遇到|碰到|遭了?|摊上|闹)(?:点|些|大|急|烦心)?"
                r"(?:事|变故|困难|难处|状况|病人|水|灾|矛盾|麻烦|意外|白事|丧事)|家里(?:经济)?(?:很|比较|挺)?(?:困难|拮据|急用钱|走不开|不太平|乱)"
                r"|(?:一个人|独自)(?:在家)?带.{0,3}(?:孩子|娃|宝)|家里.{0,4}(?:欠|负债|要债)|家庭(?:变故|困难|矛盾|负担[很较]?重)|(?:在|正在|闹|刚|要|准备|打算)离婚|离婚(?:手续|官司|冷静期)|抚养权"
                r"|婚姻.{0,4}(?:危机|问题|破裂)|(?:跟|和|与)(?:老公|老婆|爱人|对象|家人|家里|父母|婆婆).{0,4}(?:吵|闹|冷战|分居|分手)"
                r"|\bfamily (?:emergency|trouble|illness|hardship|crisis|problems?)\b|\b(?:problems?|trouble) at home\b"
                r"|\b(?:divorce\w*|separat(?:ed|ion) from|custody)\b)")
_WELL = (r"康复(?:了|出院|得|良好)|痊愈|已经?(?:完全)?(?:好了|恢复|出院)|(?:病|烧|身体)(?:都)?(?:好|退)(?:多)?了|手术.{0,4}(?:成功|顺利)|出院了|好转|稳定了|指标.{0,3}正常"
         r"|虚惊|没有?大碍|没什么大碍|(?:(?:fully|has|have|had|is) )?\brecovered\b|false alarm|\bout of (?:the )?hospital\b|doing (?:fine|well|better)"
         r"|(?:在|去)?医院(?:工作|上班|实习)|works? (?:in|at) (?:a|the) hospital|走了(?:出来|一趟)|体检|看病(?:很)?方便|保险|婚礼|不用(?:操心|担心)|身体(?:很|都|还|挺)?(?:硬朗|健康|好)")
_NO = r"(?:没有?|无|不|未|从未|并非|别|否认|不再|毫无|\b(?:no|not|never|without|none)\b|n't\b)"

# --- customers --------------------------------------------------------------------------------------------------------------

_ACT = _any("""拒绝 拒接 拒(?=了) 回绝 一口回 推脱 推托 推三阻四 敷衍 骂 怼 吼 喷 爆粗 说脏话 侮辱 投诉 刁难 为难 挑剔 挑刺 难缠 难搞 难伺候 难对付 难打交道 难沟通 难说话
    不耐烦 黑着?脸 甩脸 冷着?脸 给脸色 态度(?:很|比较|太|非常|特别|都)?(?:差|恶劣|不好|冷|强硬|生硬) 冷淡 冷漠 不理 爱理不理 不搭理 理都不理 不买账 不松口 不领情 不配合
    不信任?(?!号) 不愿意?(?:多)?[听聊谈说] 不想听 不听 [没不](?:等|听).{0,6}就 不接(?!受) 不回(?!来|家|去) 挂(?:断|了|掉|电话|我|机|得) [按掐]掉 [按掐]断 拉黑 失联 躲 [放]?鸽子
    爽约 翻脸 变卦 改口 反悔 毁约 发火 发飙 发脾气 动怒 吵 闹(?!钟) 哄(?!孩|娃) 质问 质疑 数落 指责 训斥 威胁 咄咄逼人 强势 压价 来压 砍价 比价 杀价 嫌(?:弃|烦|我|他|她|咱|慢|服务|态度|麻烦) 退费 退课 退单 退货 退款 扯皮 骗子 抱怨 不满
    没(?:有)?(?:下文|回音|动静|反应|耐心|好气) 石沉大海 最低价 催(?:得|命|个不停) [天总老一直]{1,2}催 甩手就?走 扭头就?走 转身就?走 摔门 抢白 呛 阴阳怪气 难[聊谈] 霸王条款 扬言 赖账 不讲理 无理 (?:说|讲|听|聊)(?:到)?一半就""")
_STUCK = _any("""[不没](?:知道|会|懂|清楚|晓得)(?:该)?(?:怎么|如何|说(?!的|是)|讲|接|回|应|往下) [答接说圆]不[上出下住来](?!的) 接不[住上] 聊不(?:下去|起来|动|深) 谈不[拢成动下] 说不动 推不动
    开不了口 张不开嘴 搭不上 留不住 搞不定 拿不下 应付不[了来] 招架不 说服不 打动不 没底 犯怵 发怵 怯场 怯 慌 冷场 卡(?:住|壳|在) 掉链子 带[节跑]节?[奏偏]? 牵着走 一片空白 不敢 过不去
    解释(?:了)?半天 吃力 费劲 不顺 受挫 碰壁 困惑 挫败 抓不住 被动""")
_TALKING = _any("""客户 顾客 家长 学员 对方 电话 话筒 通话 外呼 拨号 陌拜 异议 价格 报价 逼单 促单 开场 破冰 拒绝 客诉 邀约 约访 谈判 回访 跟进客 接待 议价 成交""")
CLIENT_TROUBLE = (
    rf"{PARTY}.{{0,14}}?{_ACT}|(?:难缠|难搞|挑剔|强势|刁钻|蛮横|不讲理|凶|奇葩|暴躁)的?.{{0,5}}{PARTY}|(?:很|太|特别|非常|比较|真)难(?:沟通|伺候|对付|打交道|应付)|(?:电话|回访|接待|柜台|谈判).{{0,6}}(?:窝火|憋屈|委屈|抢白|被?呛)|硬茬|硬钉子|闭门羹|客诉"
    r"|[被挨遭](?:了)?.{0,8}?(?:拒绝?|回绝|挂(?!号|名)|骂|怼|投诉|拉黑|质问|刁难|凶|吼|推了|推掉|数落|嫌弃|爆粗|奚落|嘲讽|喷|撵|轰出|当成?骗子|放鸽子)"
    rf"|{PARTY}.{{0,14}}?{_STUCK}|{_TALKING}.{{0,14}}?{_STUCK}|{_STUCK}.{{0,6}}{CUSTOMER}"
    rf"|{PARTY}.{{0,4}}(?:总|老|一直|就|只)是?(?:说|讲|让).{{0,4}}(?:再|考虑|看看|不需要|没钱|没时间|太贵|商量|便宜)"
    rf"|{PARTY}(?:一|只要|张口|开口|上来).{{0,8}}就|{PARTY}.{{0,6}}(?:说|嫌|觉得).{{0,3}}(?:太?贵|骗|没用|网上).{{0,6}}(?:不|没|接|卡)"
    r"|(?:电话|拨|打过去|打出去|外呼|接通|接起来).{0,12}?(?:[被就]挂|挂断|忙音|空号多|没几个|没人愿|不耐烦|骂|怼|被拒)"
    r"|(?:没|一)(?:说|听|讲|开口|聊)(?:完|几句|两句|上)?.{0,4}就(?:被)?(?:挂|拒|走)|一(?:开口|接通|听).{0,6}就(?:被)?(?:挂|骂|拒|没)"
    r"|(?:没|少有|没有)几?个(?:人)?(?:愿意|肯|想)(?:听|聊|接)|拒绝率.{0,6}(?:高|上升|涨)|拒绝(?:的|听|接|受|挨|吃)?(?:得)?(?:太|很|越来越)?[多怕]了?"
    r"|挂(?:断|机|电话)(?:的|率)?.{0,3}(?:多|高)|异议.{0,10}(?:处理不|接不|答不|应对不|卡|不会)|投诉.{0,6}(?:压|积|多|没处理|未处理|扯皮|又)"
    r"|(?:怕|不敢|抗拒|害怕|怵)(?:再)?(?:打|拨|接)?电话|(?:怕|害怕)(?:被|见|面对|碰到|遇到)?(?:拒|骂|投诉|客户|顾客|家长)|不想(?:再)?(?:打|拨)电话|(?:拿起|提起)(?:电话|话筒)"
    r"|(?:开不了口|张不开嘴|嘴笨|不会说话|搭不上话|冷场)|(?:怎么|如何)(?:破冰|接话|留住|逼单|促单|应对|开场|说服)|(?:应付|应对|说服|搞定|打动|沟通)不了"
    rf"|(?:跟|和|与|对){CUSTOMER}.{{0,6}}(?:沟通|交流|谈).{{0,8}}(?:问题|障碍|不畅|困难|不好)|沟通(?:很|比较)?(?:困惑|受挫|碰壁|困难)"
    r"|\b(?:customers?|clients?|prospects?|buyers?|people|parents?|callers?)\b.{0,30}\b(?:reject\w*|refus\w*|hang(?:s|ing)? up|hung up|rude"
    r"|yell\w*|shout\w*|swear\w*|complain\w*|difficult|angry|hostile|insult\w*|ignor\w*|push(?:es|ing|ed)? back|haggl\w*|threaten\w*|walk(?:s|ed) (?:out|off)|too expensive"
    r"|(?:stopped|not|don't|never) (?:answer\w*|reply\w*|respond\w*)|no[- ]shows?|cancel\w* on)\b"
    r"|\b(?:reject\w*|refused|hung up on|insulted|yelled at|shouted at|turned down)\b.{0,25}\b(?:by|customers?|clients?|call|again|every)\b"
    r"|\b(?:many|constant|endless|all the|so many|daily) (?:rejections?|refusals?|complaints?|hang-?ups)\b"
    r"|\b(?:difficult|rude|angry|hostile|tough|picky)\s+(?:customers?|clients?|buyers?|parents?|calls?)\b"
    r"|\b(?:handle|answer|deal with|overcome)\w*\s+(?:the\s+)?objections?\b|\brejection rate\b.{0,20}\b(?:high|up|rising|rose)\b"
    r"|\b(?:afraid|scared|dread\w*|nervous|hates?)\b.{0,20}\b(?:call\w*|phone|dial\w*|customers?)\b|\b(?:freez\w*|stuck|speechless|no answer)\b.{0,30}\b(?:customers?|clients?|price|objections?|call)\b")
NOT_CLIENT_TROUBLE = (
    rf"(?:没(?![听说讲等开聊])有?|很少|不再|不会再|从未|不怎么|零)(?:再|被|遇到|碰到|有|人|什么)?.{{0,4}}(?:{PARTY})?.{{0,2}}(?:拒绝|拒接|骂|投诉|刁难|难缠|挂|客诉|退费)"
    rf"|不(?:怕|介意|在意|担心|怵)(?:被|打)?(?:{CUSTOMER}|电话)?.{{0,2}}(?:拒绝|挂|骂)?|{CUSTOMER}.{{0,4}}(?:没有?|不再|很少|没再)(?:再)?(?:拒绝|挂|骂|投诉|意见|不满|抱怨)"
    r"|(?:沟通|交流|接待|谈).{0,4}(?:顺利|顺畅|没问题|没有问题|愉快|投机|不错)|拒绝率.{0,4}(?:不高|没|降|下降)|(?:高|好)评|表扬|锦旗|感谢|夸"
    rf"|(?:学会|已经会|掌握|能够|磨熟|(?<!不)知道怎么|基本能|都能|能(?:稳稳)?接住).{{0,8}}|拒绝了?(?:掉)?{CUSTOMER}|婉拒|谢绝"
    r"|(?:终于|后来|最后|最终|上周|已经?|都|全|也).{0,6}(?:签|成交|解决|化解|搞定|拿下|谅解|处理(?:完|好|掉|妥)|和解)|妥善|圆满|扛过|心态(?:很|挺)?(?:好|稳)|看开"
    rf"|{COLLEAGUE}[^,|]{{0,6}}被|(?:主管|领导|组长|店长|经理|同事|老板|队友).{{0,5}}(?:骂|怼|训|数落|吼|排挤|刁难|为难|给脸色|吵|嫌|针对|质问|当众|批评)"
    rf"|被.{{0,3}}(?:主管|领导|组长|店长|经理|同事|老板)|(?:老公|老婆|父母|爸|妈|孩子|家里|对象).{{0,8}}(?:吵|闹|催|嫌|不接|不满|骂|抱怨|训)"
    r"|\b(?:no|not|never|fewer|rarely|hardly|without|zero)\b.{0,25}\b(?:reject\w*|refus\w*|hang\w*|hung|rude|complain\w*|difficult|angry|objections?)"
    r"|n't\b.{0,20}\b(?:reject\w*|refus\w*|hang\w*|complain\w*|mind)|\blearn(?:ed|t) (?:how )?to\b|\bused to\b|\b(?:finally|has|have) signed\b|\bno longer\b"
    r"|\b(?:can|able to) (?:now )?(?:handle|answer|overcome)|\b(?:refus|reject)\w* (?:the |a )?(?:offer|promotion|job|gift|\w+'s)")

# --- strain -----------------------------------------------------------------------------------------------------------------

PRESSURE = (
    r"压力(?!测试|锅|表|很小|较小|小)|[喘透]不过气|喘(?:口)?气(?:的)?(?:时间|功夫|机会)|木了|(?:要|快|都)炸了|煎熬|难熬|拖后腿|压抑(?:得|着|了|很)|(?:害怕|怕|讨厌|恐惧)(?:周一|上班|开会|报数)|[撑扛顶熬吃受][不](?:住|消|了(?!解)|动|下去)|撑得|硬撑|死撑|身心俱疲|心力交瘁|精疲力[尽竭]|力不从心"
    r"|崩溃|心态(?:快|要)崩|焦虑|焦躁|烦躁|失眠|睡(?:不(?:着|好|踏实|够|安稳)|眠(?:很|比较|也|质量)?(?:差|不|浅))|(?:半夜|夜里|凌晨|两三点).{0,5}(?:醒|睡不|没睡|才睡)|做噩梦"
    r"|累(?:垮|坏|瘫|死|倒|得|趴)|[太好很特挺真心]别?累|疲惫|疲倦|[很太挺]疲|疲于|倦怠|掏空|透支|提不起(?:劲|精神)|没(?:有)?精神|绷(?:着|得|紧)|紧绷|抬不起头|麻木"
    r"|(?:心里|有点|直|老|一直)发慌|心慌|心悸|胸闷|头[疼痛]得?|胃[疼痛]|掉头发|大把掉发|脱发|眼睛.{0,3}红|低落|沮丧|消沉|想哭|(?:讲|说|聊|谈)着.{0,4}哭|(?:偷偷|躲着|一个人)哭|掉(?:了)?眼泪|抹眼泪|情绪(?:很|比较|不太?|快|要)(?:差|不好|糟|好不|崩)"
    r"|加班(?:到|太|很|特别|比较|有点)?(?:多|久|晚|频|狠|凌晨|深夜|半夜|十|九点|九|十点)|天天(?:加班|熬|很晚|到)|连续.{0,5}加班|(?:一直|经常|总是|老是|每天|天天|周末也|周末还|晚上还)(?:在|要|都)?加班|熬夜|通宵|连轴转"
    r"|(?:没|没有|不曾|无)(?:怎么)?(?:歇|休息|休(?:过|了)|调休|双休|睡过)|连上.{1,5}班|连续.{0,3}上.{0,4}班|周末(?:也|都|还)(?:没|不|要|在)|(?:到家|回家|下班).{0,6}(?:十|\d\d点|半夜|凌晨|很晚|太晚|深夜)"
    r"|人手(?:不|紧|少)|缺人手|一个人(?:顶|干|扛|当|做)|(?:任务|指标|目标|业绩|考核|工作量|量|活|事情?|工作|排班)(?:又|也|都)?(?:定得?|定的|压得|排得)?(?:太|很|越来越|特别|有点|往上|实在|比较)(?:高|重|紧|多|大|满|密|吓人|加|离谱)"
    r"|(?:任务|指标|目标|业绩|考核|数字|排名|KPI).{0,6}(?:追着|压得|翻倍|翻番|逼|完不成|完成不了|达不到|差得?很多|差一大截|垫底|喘|顶不|又加|往上加|加码|没完没了)|(?:怕|担心)(?:被|完不成|会被)?(?:淘汰|开除|优化|末位|不达标|完不成|达不到)"
    r"|忙不过来|忙得|忙到|忙晕|忙疯|顾不上|一件接一件|没完没了|节奏(?:太|很|特别)快|跟不上节奏|应接不暇|分身乏术"
    r"|burn(?:ed|t)?[\s-]?out|\bstress(?:ed|ful)?\b|\bpressure\b|\bstrain(?:ed)?\b|\boverwhelm\w*|\bexhaust\w*|\bdrained\b|\bworn out\b|\banxi(?:ous|ety)\b"
    r"|\btoo (?:much|many) (?:work|overtime|hours)|\btoo tired\b|\bcan'?t (?:sleep|cope)\b|\boverwork\w*|\b(?:lies?|lying|lay) awake\b|\bsleepless\b|\bsleeps? (?:badly|poorly)\b"
    r"|\b(?:workload|targets?|quota)\b.{0,12}\b(?:too|heavy|unrealistic|crush\w*|impossible)|\b(?:hardly|barely|can'?t|cannot) keep up\b|\bevery weekend\b|\bovertime (?:every|all)\b|\bbreaking point\b|\b(?:cannot|can'?t|unable to) (?:switch off|relax|unwind)\b|\bout of reach\b")
NOT_PRESSURE = (
    r"(?:没有?|没什么|无|毫无|不(?:觉得|感到|存在)?(?:有)?(?:什么|太多?)?|没感到|没感觉到?|缓解了?|减轻了?|释放了?|少了?很?多?)(?:什么|太大|太多|多大|多少|大的)?的?(?:工作)?压力(?!的?是假)"
    r"|压力(?:并|也|倒|还|其实|已经)?(?:不(?:算|是|太|怎么|很|那么|再)?(?:很|太|特别|那么)?大|没(?:有)?(?:了|那么大|以前大|之前大)|可以承受|能承受|还好|还行|尚可|正常|适中|小了|减轻|缓解|变小|在可)"
    rf"|{RELATIVE}.{{0,8}}(?:情绪|崩溃|焦虑|失眠|抑郁|厌学)|(?<!\|)(?:{CUSTOMER}|对方)(?:的|那边|公司)?(?:资金|预算|经济|也有|还款|有)?(?:很|也)?(?:大)?的?压力(?!都|给|让)|给{CUSTOMER}.{{0,3}}压力"
    r"|不(?:再|怎么|太|算)?(?:焦虑|失眠|觉得累|累|烦躁|熬夜|低落)|没有?(?:再)?(?:失眠|焦虑|崩溃|熬夜|加班)|(?:加班|失眠|熬夜|焦虑).{0,5}(?:少了|好了|少多了|减少|缓解|不多|治好)|不(?:用|需要?|怎么)加班"
    r"|调节得|会调节|(?:谈|聊|说|问)(?:到|起|及)压力$|产后|自我调节|轻松|缓过来|撑过来|(?:能|可以|还)(?:撑|扛|顶)得?住|应付得来|跟得上"
    r"|\b(?:no|not|never|without|little|less|isn't|aren't|don't|doesn't|didn't|wasn't|hardly any)\b(?:\W+\w+){0,4}?\W+(?:pressure|stress\w*|anxi\w*|overwhelm\w*|exhaust\w*|burn\w*|too tired|strain\w*|drained)"
    r"|\bpressure (?:is|was|has)?\s*(?:eased|gone|fine|ok|okay|manageable)\b|\bblood pressure\b|血压|高压(?:锅|电)"
    r"|\b(?:client|customer)s?'?s? (?:is|are|was|were) (?:stressed|under)|\b(?:client|customer)s?\b.{0,20}\bpressure")

# --- pay, promotion, leaving ------------------------------------------------------------------------------------------------

_MONEY = _any("工资条? 底薪 薪资 薪水 薪酬 提成 奖金 收入 待遇 绩效(?:奖|工资)? 佣金 补贴 补助 社保 公积金 点数 加班费 到手 时薪 月薪 年终奖 津贴")
PAY = (
    rf"{_MONEY}.{{0,10}}?(?:[低少]|不满|不[够公平稳]|不兑现|没(?:涨|动|变|发|到账|兑现|拿到|着落)|不涨|拖|算错|算漏|扣|太|下降|降[了低]?|缩水|打折|比不上|不如|不理想|不透明|看不懂|不清楚|跟不上|有意见|差|才|只(?:有|能|够|拿|剩)"
    r"|不高|几年|三年|两年|一直没|砍|取消|反而|没盼头|养不起|不够花|紧巴)"
    rf"|(?:只|才|就)(?:有|能|拿|够)?.{{0,3}}{_MONEY}|(?:想|要求|希望|提出|申请|什么时候|何时|能不能|有没有机会|问).{{0,8}}?(?:[涨加调提](?:一?[点下])?(?:薪|工资|底薪|收入|待遇)|预支)"
    rf"|对{_MONEY}.{{0,6}}(?:不满|有意见|失望|疑问)|钱(?:太|挣得太|赚得太|拿得)?少|(?:拿|挣|赚|发)得?(?:的)?(?:太|比.{{0,4}})?少|少(?:拿|发|赚|挣)|(?:没|没有|未|多年没)(?:涨薪|加薪|涨工资|调薪|涨过)|(?:赚|挣)不[到了]钱"
    r"|(?:房贷|房租|车贷|生活费|开销).{0,8}(?:压力|吃力|紧|不够|所剩)|手头(?:有点|比较|很)?紧|入不敷出|月光|不够花|付出.{0,6}(?:回报|收获|不成正比)|不成正比|(?:别家|别的公司|同行|隔壁|对面|外面|竞品).{0,8}(?:多给|给得多|工资高|底薪高|薪资高|提成高|开得高|待遇好)"
    r"|\b(?:salary|pay|wages?|commissions?|bonus(?:es)?|income|compensation)\b.{0,30}\b(?:low\w*|unfair|unhappy|less|cut|small|late|wrong\w*|dropp?ed|behind|not enough|too little|below|disappoint\w*|unclear|complain\w*|review|missing|unpaid|delayed|frozen|(?:not|n't|never) (?:changed|risen|moved|gone up)|the same)\b"
    r"|\b(?:unhappy|dissatisfied|complain\w*|disappointed|worried)\b.{0,20}\b(?:salary|pay|wages?|commission|bonus|income)\b|\b(?:hardly|can'?t|cannot|barely|difficult to)\b.{0,10}\b(?:live on|afford|make ends meet)\b"
    r"|\b(?:want\w*|ask\w*|hop\w+|request\w*)\b.{0,15}\b(?:a )?(?:pay |salary )?raise\b|\bunderpaid\b|\bbetter paid\b|\bpay rise\b|\bpays? (?:more|better)\b|\bearns? (?:too little|less)\b")
NOT_PAY = (
    r"(?:客户|顾客|家长|对方|甲方|患者|学员|学生).{0,6}(?:工资|收入|预算|待遇|薪|手头)|不是(?:因为)?(?:工资|钱|薪|收入|待遇)"
    r"|(?:工资|收入|待遇|提成|薪资|奖金).{0,6}?(?:满意|不错|还可以|挺好|很好|没问题|没意见|不差|不低|不少|不算少|拿得多|涨了|按时|可观|比以前高|多了|理想(?<!不理想))|对.{0,6}没(?:有)?意见|刚(?:涨|调|加)|(?:涨|调|加)了?薪(?:后|以后)"
    r"|\bpay(?:s|ing)? attention\b|\b(?:customers?|clients?)\b.{0,14}\b(?:income|pay\w*)\b|\b(?:not|isn't|never|no)\b.{0,12}\b(?:about|because of|low|unhappy|complain\w*|unfair|less|underpaid)\b"
    r"|\bhappy with\b(?<!unhappy with)|\bon time\b")
PROMOTION = (
    r"晋升|晋级|升职|升迁|提拔|竞聘|竞选|落选|转正没|评级|职级|定级|升(?:主管|经理|组长|店长|级(?:考|评|标准|名额)|不上|上去|得慢)|没升|职业(?:发展|规划|通道|前景|瓶颈)|(?:发展|上升|成长)(?:空间|通道|机会|前景|方向)"
    r"|往上(?:走|升|爬|发展)|往管理|管理(?:岗|层|方向|路线)|转(?:做)?管理|转岗|储备(?:干部|店长|主管|组长)|(?:想|希望|能不能|什么时候|将来|明年|以后|怎么才?能|争取|有机会).{0,8}(?:带(?:团队|人|组|小组)|当(?:主管|组长|店长|经理|领导)|做(?:主管|组长|店长|管理)|独立带)"
    r"|看不到(?:前途|希望|未来|前景|发展|头|出路)|没有?(?:什么)?(?:前途|盼头|奔头|出路|上升|发展)|前途(?:迷|渺)|天花板|瓶颈期?|(?:未来|前途|前景|方向|发展).{0,6}(?:迷茫|渺茫|看不清|没方向)|原地踏步|轮不到|论资排辈|(?:同批|同期|一起|一批)(?:进来|来|入职)?的?.{0,6}(?:都|已经).{0,3}(?:做|当|升|提)|也就这样了|没什么上升"
    r"|(?:还|一直|还只|仍|总)是(?:个)?(?:专员|顾问|一线|初级|普通|基层|老样子)|卡在.{0,4}(?:级|岗|位)|(?:晋升名额|管理名额|位置|岗位|坑位).{0,4}(?:满了|太少|有限|被占|没有)|都(?:被)?(?:提|升)了|(?:比.{1,5}(?:晚|浅|短)|后来)的.{0,4}(?:提|升)"
    r"|\bpromot(?:ion|ed|e me|e him|e her)\b|\bcareer (?:path|growth|plan|development|prospects?|ladder)\b|\b(?:no|any|see) (?:way|room) up\b|\bno way up\b|\bsame (?:level|position|grade|role)\b|\bbecom(?:e|ing) (?:a |the )?(?:team lead|manager|supervisor|store manager)"
    r"|\b(?:room|chance|opportunit\w+) (?:to|for) (?:grow|advance\w*|growth)\b|\bdead[\s-]?end\b|\bpassed over\b|\b(?:senior|lead|next) (?:role|position|level|grade)\b|\bstuck (?:at|on|in) (?:the )?(?:same|this)")
NOT_PROMOTION = (
    r"(?:晋升|升职|提拔|竞聘).{0,8}(?:落实|批下来|批了|通过了|下来了)|(?:刚|已|已经|成功|顺利|恭喜|祝贺|终于)(?:获得|得到|被)?(?:晋升|升职|提拔|升(?:主管|经理|组长|店长)|转正)|(?:晋升|升职|提拔|当上.{0,3})(?:成功|后|以后|之后)|(?:不|没)(?:太|大)?(?:想|考虑|在乎|追求|急于|关心|打算|兴趣)(?:去)?.{0,3}(?:晋升|升职|当主管|竞聘|升|带团队|管理)"
    r"|带团队没兴趣|(?:同事|客户|领导|主管|别人|人家|[他她]同学).{0,4}(?:晋升|升职|升)了|(?:晋升|发展|上升)(?:空间|通道|机会).{0,4}(?:满意|清晰|很好|不错|大)|促销|\bsales promotion|\bpromotion(?:al)? (?:campaign|price|offer|week|event|activit\w+|code|material|shelf|stand)"
    r"|\b(?:was|were|been|just|got|recently) promoted\b(?!.{0,15}(?:instead|over|ahead|before))|\b(?:not|no) (?:interest\w*|looking|seeking|keen)\b.{0,15}promot|\bcustomers?\b.{0,12}\bpromotion")
NOT_PROMOTED = (r"(?:没|没有|未|一直没|迟迟没)(?:能|被|得到|获得)?(?:晋升|升职|提拔|升(?:上|到|主管|组长|店长))|\b(?:not|never|n't)\b.{0,12}\b(?:promoted|been promoted)")
LEAVING = (
    r"离职|辞职|辞呈|裸辞|请辞|跳槽|退意|去意|(?:不|没法)想?(?:再)?(?:干|做|待|呆)(?:了|下去|$)|不想(?:再)?(?:干|做|待|呆)|想走(?!访)|(?:就|要|准备|打算|想|月底|年底|年后|节后)走人|要走了?$|[干做待呆]不(?:下去|长|久)|[干做待呆](?:到|满|完).{0,8}(?:就|再|便)(?:走|撤|不|离|辞)"
    r"|另谋|换(?:个|份|一个|一份)?(?:工作|平台|环境|行业|东家|地方|赛道)|换(?:一)?家公司|转行|改行|新(?:的)?工作(?!计划|安排|流程|内容)|(?:找|看)(?:了|到|新的?|别的|其他|下一?份|别家|一份|着|过|下家)*(?:新?工作|下家|公司)|(?:别|其他|其它|另|对面|同行|竞品)(?:家|的)?(?:公司)?.{0,8}(?:面试|面了|面过|挖|offer|机会|邀请)"
    r"|挖(?:他|她|我|人|角|墙脚)|来挖|在(?:外面|看)?(?:看)?机会|看(?:看)?(?:外面|别的|其他)?(?:的)?机会|出去看看|(?:投|改|更新|写|刷)(?:了|新)?简历|(?:外面|偷偷|悄悄|去|约了|参加)(?:了|的|个|别家)*面试|合同到期.{0,6}(?:不.{0,3}续|就走)|不(?:打算|准备|想|再)?续签|(?:回去|回家|自己)(?:开|弄|盘)(?:个|家)?店|招聘(?:软件|网站|平台|app|信息)|(?:刷|看)(?:boss|职位|岗位)|猎头|拿到.{0,3}offer|面(?:了|过)(?:一|两|几|好几)?(?:轮|家|次)"
    r"|回(?:老家|家乡|县城)(?:发展|工作|定居|找|上班|考|创业)|(?:打算|准备|想|决定|计划|去)(?:去|要|全职)?(?:考研|考公|考编|创业|单干|自己干|出国|读研)|还能(?:坚持|撑|干|待|做)多久|(?:想过|想要|想|打算)放弃|不(?:太)?适合(?:做|干|这行|这份|这个)(?:销售|电销|行业|岗位|工作|行)?"
    r"|不一定(?:还)?(?:在|干|待)|(?:去留|走还是留|要不要(?:走|留|继续干)|留不留)|动摇"
    r"|\bresign\w*|\bquit(?:s|ting)?\b|\bleav(?:e|ing) (?:the )?(?:company|job|team|us|here)|\bthinking (?:of|about) leaving|\bwants? to leave\b|\bplans? to leave\b|\b(?:new|another|other|different) job\b"
    r"|\bjob (?:offer|hunting|search|interview|boards?|sites?)|\b(?:an|the|another) offer (?:from|at)\b|\binterview(?:s|ed|ing)? (?:at|with|for) (?:another|a competitor|other|another company)|\bhand(?:ed)? in (?:his|her|my)? ?notice|\brecruiter|\bhead-?hunt\w*"
    r"|\b(?:updat\w+|polish\w+|sen[dt]\w*) (?:his|her|my|the) (?:cv|resume)\b|\b(?:not sure|unsure|doubts?)\b.{0,20}\b(?:still be here|stay\w*)\b|\b(?:go|move|moving) back\b.{0,20}\bfor good\b")
NOT_LEAVING = (
    r"(?:没有?|没想过|从没|从未|未|不(?:会|想|打算|考虑|准备|再)?|无|打消了?|放弃了?|否认)(?:想过|考虑过?|打算|提过|提|有|再提|过|要|再)?(?:要|去)?(?:离职|辞职|跳槽|换工作|走(?!人)|离开|看机会|转行)(?!.{0,3}怎么)|(?:没|没有|无)(?:换工作|离职|跳槽|走|这个|别)?的?(?:打算|想法|念头)"
    r"|(?:离职|辞职|跳槽)(?:的)?(?:想法|念头|打算|意向)(?:已)?(?:没有?|打消|消失)|(?<!\|)(?:同事|同组|组里|团队里?|队友|主管|经理|领导|客户|小[一-龥]|老[一-龥](?<!老家)|师傅|徒弟|室友|朋友|老公|老婆|爱人|搭档|有人|前员工|孩子|儿子|女儿)(?:的?[^,|]{0,6})(?:离职|辞职|跳槽|走了|不干了|换工作|裸辞|考研|考公)"
    r"|离职(?:的)?(?:同事|客户|员工|人员|交接|率|面谈)|(?:回绝|拒绝|谢绝|推掉|推了|婉拒)|(?:决定|愿意|打算|想|选择|会)(?:继续)?(?:留|长期)|留下来?(?:了|$)|劝住|劝留|挽留|(?:系统|手机|软件|机型|套餐|设备|供应商).{0,4}换|换.{0,3}(?:手机|供应商|套餐)|班次|工位"
    r"|\b(?:colleagues?|teammates?|deskmate|manager|boss|customers?|clients?|husband|wife|friend|mentor|someone|people)\b.{0,20}\b(?:quit|resign\w*|leav\w*|left)"
    r"|\b(?:no|not(?! sure)|never|without|n't|isn't|doesn't|don't)\b.{0,25}\b(?:leav\w*|quit\w*|resign\w*|new job|another job|job offer)|\bquit(?:ting)? smoking|\bleave (?:the )?team (?:lead|meeting|event)|\bn't (?:want|plan|intend)|\bturned down\b|\bwants? to stay\b")

# --- learning and the team --------------------------------------------------------------------------------------------------

_MATTER = _any("产品 业务 系统 话术 流程 专业 参数 手册 价格表 估价 报价 考试 卖点 机型 新品 合同 条款 课程 政策 套餐 方案 软件 工具 后台 CRM 规则 知识 制度 表格 报表 竞品 资料")
_UNSURE = _any("""不[太大]?熟 不[太大]?了解 不[太大]?懂 不[太大]?会(?!议) 没掌握 没吃透 没[搞弄看听]明白 没[看听]懂 没学会 没摸透 没搞[懂清] [记背吃摸学弄搞看理]不[住下全透会清明] 讲不清 说不清 分不清 记混 搞混 弄混 生疏 磕磕绊绊 没消化
    点哪里 摸不着 一知半解 一头雾水 没弄明白 吃力 没学过 不全 不扎实 薄弱""")
TRAINING = (
    r"(?:想|希望|需要|要求|申请|建议|期待|盼|能不能|缺(?:少|乏)?|渴望|最好|请).{0,10}?(?:培训(?!师|生|岗)|课程|学习|带教|辅导|进修|指导|演练|陪练|提升(?:技能|能力|话术)|带一?带|讲(?:一?[讲下次]|解)|教(?:一?[教下]|怎么))|(?:培训|带教|辅导|指导)(?:的)?.{0,6}(?:少|不够|不足|没有|缺|跟不上|太快|太短|没人|听不懂|不系统|不到位|用不上|走过场|两天就|没学到)"
    rf"|(?<!孩子)(?<!小孩)(?<!娃)(?<!宝宝)没(?:有)?人(?:教|带(?!孩|娃)|指导|讲)|没处问|没(?:有)?地方问|不知道(?:该)?(?:问谁|找谁)|师[傅父](?:太|很|一直|总)?(?:忙|没空|没时间|不管|不教)|没有?(?:接受|参加|得到|任何|系统|相关)?(?:过)?(?:的)?(?:培训|带教|指导)|{_MATTER}.{{0,10}}?{_UNSURE}"
    rf"|不会(?:用|操作){_MATTER}?|上手(?:慢|困难|吃力|有点)|点哪里都|想[跟向和].{0,8}学(?!员|生|校)|(?:想|希望|打算)(?:多)?学(?!员|生|校|费|历)|(?:想|希望).{{0,4}}(?:人|师傅|老员工|同事)?(?:带着|跟着|旁听|跟听|陪)|多(?:讲|教|带|练)(?:讲|教|带|练|一|点|几)|(?:想|准备|打算)(?:报|考)(?:个|一个)?.{{0,4}}(?:证|班)"
    r"|\b(?:need\w*|want\w*|ask\w*|would like|lack\w*|hop\w+|wish\w*|more|better|no|not enough|without|request\w*)\b.{0,25}\b(?:training|coaching|course\w*|workshops?|mentoring|guidance)\b"
    r"|\b(?:nobody|no one) (?:has )?(?:teaches|taught|trains|trained|shows|showed|explain\w*)|\b(?:not|n't|barely)\b.{0,15}\b(?:know|understand|familiar)\b.{0,20}\b(?:product|system|script|crm|tool)s?\b|\b(?:lost|struggl\w+|confused)\b.{0,12}\b(?:with|by|about)\b.{0,12}\b(?:product|system|script|crm|tool|software)"
    r"|\bneeds? (?:somebody|someone|help) to (?:explain|understand|learn)\b|\b(?:training|coaching)\b.{0,15}\b(?:insufficient|too short|useless|missing|not enough)|\b(?:shadow|learn from|sit in with)\b.{0,20}\b(?:senior|colleague|experienced|mentor)")
NOT_TRAINING = (
    r"不(?:需要|想|用|必)(?:再)?(?:参加)?.{0,4}(?:培训|课程|学习|辅导)|客户.{0,4}(?:需要|想|希望|申请|缺).{0,6}(?:培训|课程|学习)|(?:培训|课程|带教).{0,6}(?:够了|足够|很好|很有用|有帮助|没问题|不缺|充分|实用|有收获)|(?:给|为|替|帮)(?:客户|顾客|新人|学员).{0,6}(?:培训|讲|带)|(?:都|已经?)(?:熟|会|掌握|搞清|摸透)"
    r"|\b(?:doesn't|don't|does not|do not|no) need\b|\b(?:customers?|clients?|students?)\b.{0,20}\b(?:training|course)|(?:家长|学员|孩子|学生).{0,10}(?:培训|课程|学习|想学|学)|\btraining\b.{0,20}\b(?:helped|useful|great)")
_LEADER = "(?:主管|领导|经理|组长|店长|老板|上级|班长|师傅)"
_MATES = "(?:同事|组员|队友|主管|领导|经理|组长|搭档|搭班|店长|师傅|老员工|带教|邻桌|隔壁组?)"
CLIMATE = (
    r"(?:氛围|气氛|风气|团队关系|同事关系|人际关系|团队环境).{0,8}(?:差|不好|压抑|紧张|沉闷|冷|糟|僵|不对|复杂|变|死气|不太好|难受|尴尬|怪|诡异)|(?:压抑|沉闷|紧张|冷漠|尴尬).{0,2}的?(?:氛围|气氛|团队)|勾心斗角|内卷|内斗|内耗|拉帮结派|站队|搞小圈子|小圈子|小团体|分(?:成)?(?:几|两|好几)派|穿小鞋|使绊子|甩锅|背锅"
    rf"|(?:被|遭到?|受到?).{{0,6}}(?:孤立|排挤|排斥|针对|冷落|欺负|霸凌|晾)|[抢撬截](?:走|了)?(?:我的?|他的?|她的?|同事的?|彼此的?)?(?:客户|单子|单|资源|名单)|(?:客户|单子|单|资源|业绩).{{0,3}}(?:被).{{0,6}}(?:[抢撬截]|分走|拿走)|(?:和|跟|与).{{0,3}}{_MATES}.{{0,8}}(?:吵|矛盾|不和|冲突|闹|合不来|处不|处得.{{0,3}}(?:僵|不好|差|一般)|不愉快|摩擦|误会|别扭|翻脸|冷战|不对付|说不到一)"
    rf"|{_LEADER}.{{0,8}}(?:偏心|不公|骂|批评|训|吼|当众|当着|不尊重|画饼|打压|一言堂|不听|只看结果|只认|脾气|情绪化|抢功|针对|阴阳怪气|甩|推责|不管|拉踩|看不起|偏向|区别对待|冷嘲热讽|说话(?:难听|重|冲))|当(?:着|众).{{0,8}}(?:批评|骂|数落|训|点名|羞辱)|下不来台|一言堂|(?:早会|晨会|例会|会上|群里).{{0,4}}(?:骂|训|点名批|羞辱)"
    r"|不合群|融不进|融入不了|没有归属感|没(?:有)?归属|没(?:有)?人(?:叫|回[他她我]|搭理|说话|理(?!解)|帮|愿意[搭帮])|同事(?:之间)?.{0,6}(?:冷漠|不帮|不团结|互相(?!帮|支|照|鼓)|背后|说闲|不说话|算计|推)|(?:背后|背地里?)(?:说|议论|嚼|捅|打)|闲话|嚼舌|打小报告|传来传去|穿小鞋|谁说了算|不敢吭声|偷懒|(?:活|事|锅|脏活)都?(?:推|甩|丢)给|当(?:成)?空气|夹在中间|不对付|互相(?:推|甩|拆台|不理|猜|提防|防)|推来推去|推诿|各干各|各顾各|各自为"
    r"|(?:名单|资源|线索|分单|排班|绩效|评优|客户).{0,6}(?:不公|不均|偏心|不透明|都给|分不到|轮不到|看关系|看人)|(?:排班|分配|安排).{0,4}不(?:公|合理|平)|看关系|凭关系|论亲疏|不敢(?:讲|说)(?:真话|实话|话)|说话.{0,3}(?:小心|看脸色)|看脸色"
    r"|(?:两|几|俩)个?人.{0,3}(?:不说话|闹|不和|吵)|(?:团队|组里|店里|小组).{0,6}(?:散|不团结|人心|乱|死气|冷清|没人说话|不说话|是非)|人心(?:涣散|惶惶)"
    r"|\b(?:bad|poor|tense|toxic|cold|hostile|gloomy)\b.{0,10}\b(?:atmosphere|climate|mood|culture|team|environment)|\b(?:atmosphere|climate|mood|team spirit)\b.{0,25}\b(?:bad|poor|tense|toxic|cold|worse|awful|gloomy)"
    r"|\b(?:bullied|excluded|isolated|left out|gossip\w*|backstabb\w*|favou?rit(?:ism|es)|office politics|humiliat\w+|cliques?)\b|\bbehind (?:his|her|my|their|each other'?s) backs?\b|\b(?:nobody|no one)\b.{0,20}\b(?:talks? to|helps?)\b|\btakes? credit\b"
    r"|\b(?:conflict|quarrel\w*|argu(?:ed|es|ing|ment)|clash\w*|fight\w*)\b.{0,12}\b(?:with|between)\b.{0,15}\b(?:colleagues?|team\w*|manager|boss|coworkers?|supervisor|lead)")
NOT_CLIMATE = (
    r"(?:没有?|不(?:再|存在|会|是)?|从未|未)(?:什么|再|有|被|受到?)?.{0,3}(?:勾心斗角|内卷|内斗|拉帮结派|小团体|孤立|排挤|针对|矛盾|冲突|抢客户|抢单|甩锅|吵|闲话|内耗)|(?:氛围|气氛|关系).{0,6}(?:不差|很好|不错|融洽|变好|好多了|好转|轻松|越来越好|改善|不紧张|不复杂|好$|热闹)"
    r"|(?:客户|家长|谈判|现场|甲方|对方).{0,6}(?:气氛|氛围|内部|领导|老板)|说开|和好|解开|解除|(?:谈判|比赛|活动|路演|聚餐|年会)(?:时|的)?(?:气氛|氛围)|误会.{0,4}(?:解|消|清)"
    r"|\b(?:no|not|never|isn't|without|wasn't|no longer)\b.{0,20}\b(?:toxic|tense|bad|poor|isolated|excluded|bullied|conflict\w*|gossip\w*|politics|quarrel\w*|argu\w+)|\bmade up\b")

# What takes back the clause before it, and every clause of the sentence that tells of the past.
RECOVERED = (r"^(?:[他她我]|自己|本人).{0,4}(?:回绝|婉拒|谢绝|推掉|没答应)|(?<!没)(?<!没有)(?<!未)(?<!还没)(?:缓过来|走出来|挺过来|熬过来|说开|和好|想通|想开|想明白|释然|调整过来|适应了)|(?:现在|如今|目前|后来|最近|这周|已经?|慢慢|终于|早就|都).{0,6}(?:好多了|好了|没事|恢复|适应|习惯|解决|轻松|处理[完好]|放下|不想了|留下|痊愈|搞定|顺多了|顺了)"
             r"|(?:现在|如今).{0,4}(?:能|可以|敢|会|不怕|不慌|不累)|聊完.{0,4}(?:决定|愿意)|决定留|活蹦乱跳|签了$|\b(?:has|have|is|are|fully) (?:now )?recovered\b|\bmade up\b|\bbetter now\b|\b(?:fine|well|okay|ok) (?:again|now)\b|\benjoys? (?:them|it|the \w+)(?: now)?$")
PAST = r"之前|以前|原来|原先|当初|前阵子|前段时间|上半年|刚来|刚入职|去年|曾经|起初|一开始|\bused to\b|\bhad\b|\bwas\b|\bat first\b|\bfelt\b|\blast (?:year|spring|month)\b"


@dataclass(frozen=True)
class Rule:
    """One way to say one thing.  ``says`` must match a clause and ``unless`` must not.

    ``carries``: the clause is read with the subject of the clause before; ``own``: it is about the employee, not about OTHERS.
    """

    signal: str
    says: re.Pattern[str]
    unless: re.Pattern[str] | None = None
    carries: bool = False


def _rule(signal: str, says: str, unless: str | None = None, carries: bool = False) -> Rule:
    return Rule(signal, re.compile(says, re.IGNORECASE), re.compile(unless, re.IGNORECASE) if unless else None, carries)


_THEIRS = (rf"{NOT_WITH}(?:{CUSTOMER}|{COLLEAGUE}|邻居|朋友|同学|\b(?:friend|neighbo[u]?r)s?\b)(?:'s|s')?[^|]{{0,14}}?{RELATIVE}"
           rf"|{RELATIVE} (?:of|from) (?:an? |the |his |her )?{CUSTOMER}")
RULES: tuple[Rule, ...] = (
    # A relative, then an illness or a hardship (or the other way round: "陪妈妈" after "在医院"); not somebody else's relative,
    # not good news, not a denial.
    _rule("family_care", rf"{RELATIVE}.{{0,25}}?{ILL}|{ILL}.{{0,15}}?{RELATIVE}",
          rf"{_THEIRS}|(?:没|没有|并未|不是|未曾|从没)(?:什么|再|有)?(?:人)?{ILL}|{_NO}\W+(?:\w+\W+)?(?:ill|sick|hospitali[sz]ed|in (?:the )?hospital)\b|{_WELL}",
          carries=True),
    _rule("family_care", HOME_TROUBLE,
          rf"{NOT_WITH}{CUSTOMER}|{COLLEAGUE}|(?:没|没有|无)(?:什么)?(?:大)?事|家里(?:都|一切|挺|很)好|家里没|{_NO}\W+(?:\w+\W+)?(?:family|problems?|trouble)"
          r"|家里有事业|家里有事做", carries=True),
    _rule("client_trouble", CLIENT_TROUBLE, NOT_CLIENT_TROUBLE, carries=True),
    _rule("pressure", PRESSURE, rf"{NOT_PRESSURE}|{OTHERS}"),
    _rule("pressure", r"压力不小|没有压力是假的|说没压力是假的|压力山大|under (?:a lot of |great |huge )?(?:pressure|strain)",
          r"\b(?:not|never|isn't|wasn't|aren't|don't feel|no longer)\b.{0,12}under|\b(?:client|customer)s?\b.{0,12}under"),
    _rule("pay", PAY, rf"{NOT_PAY}|{OTHERS}"),
    _rule("promotion", PROMOTION, rf"{NOT_PROMOTION}|{OTHERS}"),
    _rule("promotion", NOT_PROMOTED, OTHERS),
    _rule("leaving", LEAVING, rf"{NOT_LEAVING}|{OTHERS}"),
    _rule("training", TRAINING, rf"{NOT_TRAINING}|{OTHERS}"),
    _rule("climate", CLIMATE, NOT_CLIMATE),
)
