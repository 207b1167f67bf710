"""Signals: what a talk note says, as a few keys, so that the note itself can be dropped.

A note is cut into clauses; a rule fires on a clause that its ``says`` pattern matches and its ``unless`` pattern does not
(negation, good news, somebody else's trouble).  Chinese and English leave the subject out of a follow-up clause
("母亲查出问题,要做手术"), so rules marked ``carries`` also see the subject of the clause before: that is how a customer's
mother in hospital stays the customer's, and an employee's mother stays the employee's.

Keys: client_trouble, family_care, pressure, pay, promotion, leaving, training, climate (data.md, ``talk_signals``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import pandas as pd

SIGNALS = ("client_trouble", "climate", "family_care", "leaving", "pay", "pressure", "promotion", "training")

# The people a note talks about.  Order of the alternatives matters: longer words first.
_RELATIVE = (
          r"(?:爸爸|妈妈|父亲|母亲|父母|爸妈|老爸|老妈|公公|婆婆|岳父|岳母|丈母娘|老丈人|爷爷|奶奶|外公|外婆|姥姥|姥爷"
          r"|老人家?|爱人|老公|老婆|妻子|丈夫"
             r"|孩子|小孩|儿子|女儿|宝宝|娃|家人|家里人|家属|亲人|亲戚|弟弟|妹妹|哥哥|姐姐|(?<!大)(?<!公)爸(?!爸)|妈(?!妈)"
             r"|\b(?:mother|father|mom|mum|dad|parents?|wife|husband|spouse|son|daughter|child|children|kids?|baby"
             r"|grand(?:mother|father|ma|pa|parents?)"
             r"|brother|sister|family member|(?:mother|father)-in-law|uncle|aunt|relative)\b)")
_CUSTOMER = r"(?:客户|顾客|买家|甲方|学员|家长|患者|客人|\b(?:customers?|clients?|buyers?|prospects?)\b)"
_COLLEAGUE = r"(?:同事|同组|组员|队友|领导|主管|经理|老板|\b(?:colleagues?|coworkers?|co-workers?|teammates?|manager|boss)\b)"
_SELF = r"(?:自己|本人|我(?!们?(?:妈|爸|老|儿|女|家|弟|妹|哥|姐|爱人|孩子))|\bI\b|\bhimself\b|\bherself\b)"

_ILL = (
          r"(?:住院|入院|生病|病了|病重|病危|重病|大病|得了?病|患病|癌|肿瘤|手术|开刀|化疗|透析|中风|脑梗|心梗|骨折"
          r"|摔伤|摔了|摔倒|车祸|发烧|高烧|肺炎|住进|ICU"
        r"|进了?医院|在医院|去医院|送医|急诊|确诊|查出|身体不(?:太|大)?好|身体(?:很|比较)?差|卧床|瘫痪|病情|旧病"
        r"|老毛病又犯|去世|过世|走了|离世|病逝|丧事|奔丧"
        r"|失业|下岗|没人(?:照顾|带)|需要(?:人)?(?:照顾|照料|陪护)|陪护|陪床|看病|要人照顾"
        r"|\b(?:in (?:the )?(?:hospital|icu)|hospitali[sz]ed|(?:seriously |very |quite )?ill\b|sick\b|illness|surgery"
        r"|operation|cancer|stroke|chemo\w*|diagnosed|fever|"
        r"pneumonia|broke (?:his|her|a|an) \w+|accident|passed away|died|death|funeral|bereave\w*|lost (?:his|her"
        r"|their) job|needs? (?:care|looking after)|bedridden|unwell))")
_HOME_TROUBLE = (
          r"(?:家里(?:面)?(?:有|出了?|有点|最近有)?(?:事|变故|困难|难处|状况|急事|病人)|家庭(?:变故|困难)"
          r"|家里(?:经济)?(?:很|比较|挺)?(?:困难|拮据)"
                 r"|\bfamily (?:emergency|trouble|illness|hardship|crisis|problems?)\b|\bproblems? at home\b"
                 r"|\btrouble at home\b)")
_NO = r"(?:没有?|无|不|未|从未|并非|别|否认|不再|毫无|\b(?:no|not|never|without|none)\b|n't\b)"


@dataclass(frozen=True)
class Rule:
    """One way to say one thing.  ``says`` must match a clause and ``unless`` must not; ``carries``: see the module text."""

    signal: str
    says: re.Pattern[str]
    unless: re.Pattern[str] | None = None
    carries: bool = False


def _rule(signal: str, says: str, unless: str | None = None, carries: bool = False) -> Rule:
    flags = re.IGNORECASE
    return Rule(signal, re.compile(says, flags), re.compile(unless, flags) if unless else None, carries)


RULES: tuple[Rule, ...] = (
    # A relative, then an illness or a hardship (or the other way round: "陪妈妈" after "在医院").
    _rule("family_care", rf"{_RELATIVE}.{{0,25}}{_ILL}|{_ILL}.{{0,15}}{_RELATIVE}",
          # Whose relative: the customer's or a colleague's ("跟客户说妈妈住院" stays the employee's own).
          # Or good news, or nothing at all.
          rf"(?<![跟和与向对给陪])(?:{_CUSTOMER}|{_COLLEAGUE}|邻居|朋友|同学|\b(?:friend|neighbo[u]?r)s?\b)(?:'s"
          rf"|s')?[^|]{{0,12}}{_RELATIVE}"
          rf"|{_RELATIVE} (?:of|from) (?:an? |the |his |her )?{_CUSTOMER}"
          rf"|(?:没|没有|并未|不是|未曾|从没)(?:什么|再|有)?(?:人)?{_ILL}|{_NO}\W+(?:\w+\W+)?(?:ill|sick"
          rf"|hospitali[sz]ed|in (?:the )?hospital)\b"
          r"|康复(?:了|出院|得|良好)|痊愈|已经?(?:完全)?(?:好了|恢复)|病好了|(?:fully|has|have|had|is) recovered"
          r"|\brecovered\b|虚惊|没有?大碍|false alarm"
          r"|在医院(?:工作|上班|实习)|医院(?:工作|上班)|works? (?:in|at) (?:a|the) hospital|走了(?:出来|一趟)|体检"
          r"|看病(?:很)?方便|保险|婚礼",
          carries=True),
    _rule("family_care", _HOME_TROUBLE,
          rf"(?<![跟和与向对给陪]){_CUSTOMER}|{_COLLEAGUE}|(?:没|没有|无)(?:什么)?(?:大)?事|家里(?:都|一切|挺|很)好"
          rf"|家里没|{_NO}\W+(?:\w+\W+)?(?:family|problems?|trouble)"
          r"|家里有事业|家里有事做", carries=True),
    # Trouble in talking with customers: refusals, hang-ups, abuse, complaints, not knowing what to say.
    _rule("client_trouble",
          rf"{_CUSTOMER}.{{0,12}}(?:拒绝|拒接|不接|挂(?:断|了|电话|我)|骂|投诉|刁难|难缠|难搞|难沟通|不耐烦|态度(?:很"
          rf"|比较|太|非常)?(?:差|恶劣|不好)|冷淡|不理|不信任|不配合|发火|发脾气|吵|嫌|质疑|砍价)"
          rf"|被.{{0,6}}(?:拒绝|挂(?:断|了|电话)|拒接|骂|投诉).{{0,6}}(?:{_CUSTOMER}|电话|好?几次|多次|怕了|$)?"
          rf"|(?:应付|应对|说服|搞定|打动|沟通)不了.{{0,4}}{_CUSTOMER}"
          rf"|(?:不知道|不会|不懂|不清楚)(?:该)?(?:怎么|如何)?(?:跟|和|与|对|向|应对|应付|回应|回复|面对|处理|说服"
          rf"|开口).{{0,6}}(?:{_CUSTOMER}|异议|拒绝|反对)"
          rf"|(?:跟|和|与|对){_CUSTOMER}.{{0,6}}(?:沟通|交流|谈).{{0,8}}(?:不顺|困难|有问题|吃力|费劲|卡住|不畅|障碍"
          rf"|困惑|不好)|(?:客户)?沟通(?:很|比较)?(?:困惑|受挫|碰壁)"
          r"|拒绝率.{0,6}(?:高|上升|涨)|拒绝(?:的)?(?:太|很|越来越)多|异议.{0,10}(?:处理不|接不|答不|应对不|卡|不会)"
          r"|一开口就被|电话.{0,8}(?:被挂|就挂)|怕打电话|不敢打电话"
          r"|\b(?:customers?|clients?|prospects?|buyers?|people)\b.{0,30}\b(?:reject\w*|refus\w*|hang(?:s|ing)? up"
          r"|hung up|rude|yell\w*|shout\w*|swear\w*|complain\w*|difficult|"
          r"angry|hostile|insult\w*|ignore\w*)"
          r"|\b(?:reject\w*|refused|hung up on|insulted|yelled at|shouted at|turned down)\b.{0,25}\b(?:by|customers?"
          r"|clients?|call|again|every)\b"
          r"|\b(?:difficult|rude|angry|hostile|tough)\s+(?:customers?|clients?|buyers?|calls?)\b|\b(?:handle|answer"
          r"|deal with|overcome)\w*\s+(?:the\s+)?objections?\b"
          r"|\brejection rate\b.{0,20}\b(?:high|up|rising|rose)\b|\bafraid (?:of|to) (?:the )?(?:call|phone|dial)\w*",
          rf"(?:没有?|很少|不再|不会再|从未|不怎么)(?:再|被|遇到|碰到|有)?.{{0,4}}(?:{_CUSTOMER})?.{{0,2}}(?:拒绝|拒接"
          rf"|骂|投诉|刁难|难缠|挂)|不(?:怕|介意|在意|担心)(?:被)?{_CUSTOMER}?.{{0,2}}(?:拒绝|挂|骂)"
          rf"|{_CUSTOMER}.{{0,4}}(?:没有?|不再|很少|没再)(?:再)?(?:拒绝|挂|骂|投诉|刁难)|(?:沟通|交流).{{0,4}}(?:顺利"
          rf"|顺畅|没问题|没有问题|愉快)|拒绝率.{{0,4}}(?:不高|没|降|下降)"
          rf"|(?:学会|已经会|掌握|能够|(?<!不)知道怎么).{{0,8}}(?:异议|拒绝|客户)|拒绝了?{_CUSTOMER}|零投诉|没有?投诉"
          rf"|婉拒.{{0,4}}(?:加班|邀请)|\b(?:no|not|never|fewer|rarely|hardly|without)\b.{{0,25}}"
          r"\b(?:reject\w*|refus\w*|hang\w*|hung|rude|complain\w*|difficult|angry|objections?)"
          r"|n't\b.{0,20}\b(?:reject\w*|refus\w*|hang\w*|complain\w*|mind)|\blearn(?:ed|t) (?:how )?to\b"
          r"|\b(?:can|able to) (?:now )?(?:handle|answer|overcome)|\b(?:refus|reject)\w* (?:the |a )?(?:offer|promotion|job)",
          carries=True),
    _rule("pressure",
          r"压力(?!测试|锅|表|很小|较小|小)|喘不过气|透不过气|撑不住|扛不住|顶不住|熬不住|吃不消|受不了|身心俱疲"
          r"|心力交瘁|精疲力[尽竭]|崩溃|焦虑|失眠|睡不(?:着|好)|累垮|太累|好累|很累|特别累|疲惫|加班(?:太|很"
          r"|特别)?(?:多|久|晚)"
          r"|天天加班|任务(?:太|很)重|指标(?:太|定得太|定的太)?(?:高|重|紧)|忙不过来|burn(?:ed|t)?[\s-]?out"
          r"|\bstress(?:ed|ful)?\b|\bpressure\b|\boverwhelm\w*|\bexhaust\w*|\banxi(?:ous|ety)\b"
          r"|\btoo (?:much|many) (?:work|overtime|hours)|\btoo tired\b|\bcan'?t (?:sleep|cope)\b|\boverwork\w*",
          r"(?:没有?|没什么|无|毫无|不(?:觉得|感到|存在)?(?:有)?(?:什么|太多?)?|没感到|没感觉到?|缓解了?|减轻了?"
          r"|释放了?|少了?很?多?)(?:什么|太大|太多|多大|多少|大的)?的?(?:工作)?压力(?!的?是假)"
          r"|压力(?:并|也|倒|还|其实|已经)?(?:不(?:算|是|太|怎么|很|那么|再)?(?:很|太|特别|那么)?大|没(?:有)?(?:了"
          r"|那么大|以前大|之前大)|可以承受|能承受|还好|还行|尚可|正常|适中|小了|减轻|缓解|变小|在可)"
          r"|(?<!\|)(?:客户|顾客|甲方|对方|家长)(?:的|那边)?(?:资金|预算|经济|也有|还款|有)?(?:很"
          r"|也)?(?:大)?的?压力(?!都|给|让)|给客户.{0,3}压力"
          r"|不(?:再)?(?:焦虑|失眠|觉得累|累)|没有?(?:失眠|焦虑|崩溃)|\b(?:no|not|never|without|little|less|isn't"
          r"|aren't|don't|doesn't|didn't|wasn't|hardly any)\b"
          r"(?:\W+\w+){0,4}?\W+(?:pressure|stress\w*|anxi\w*|overwhelm\w*|exhaust\w*|burn\w*|too tired)"
          r"|\bpressure (?:is|was|has)?\s*(?:eased|gone|fine|ok|okay|manageable)\b|\bblood pressure\b|血压|高压(?:锅"
          r"|电)"
          r"|\b(?:client|customer)s?'?s? (?:is|are|was|were) (?:stressed|under pressure)"),
    _rule("pressure", r"压力不小|没有压力是假的|说没压力是假的|压力山大|under (?:a lot of |great |huge )?pressure",
          r"\b(?:not|never|isn't|wasn't|aren't|don't feel|no longer)\b.{0,12}under|\b(?:client|customer)s?\b.{0,12}under"),
    _rule("pay",
          r"(?:工资|底薪|薪资|薪水|薪酬|提成|奖金|收入|待遇|绩效奖?|佣金|到手).{0,10}(?:低|少|不满|不够|不公|没涨|不涨"
          r"|拖欠|拖|算错|扣|太|下降|降了|缩水|比不上|不如|不理想|不透明|跟不上|有意见|差)"
          r"|(?:想|要求|希望|提出|申请|什么时候|何时|能不能).{0,6}(?:涨薪|加薪|涨工资|加工资|调薪|提薪|涨底薪)"
          r"|对(?:工资|薪资|待遇|提成|薪酬|收入|奖金).{0,6}(?:不满|有意见|失望|疑问)|钱(?:太|挣得太|赚得太)?少"
          r"|多年没(?:涨薪|加薪|调薪)"
          r"|(?:没|没有|未)(?:涨薪|加薪|涨工资|调薪)|房贷.{0,8}(?:压力|吃力|紧)|\b(?:salary|pay|wages?|commissions?"
          r"|bonus(?:es)?|income|compensation)\b.{0,30}\b(?:low\w*|unfair|unhappy|less|cut|small|"
          r"late|wrong|dropp?ed|behind|not enough|too little|below|disappoint\w*|unclear|complain\w*)|\b(?:unhappy"
          r"|dissatisfied|complain\w*|disappointed|worried)\b.{0,20}\b(?:salary|pay|wages?|commission|bonus|income)\b"
          r"|\b(?:want\w*|ask\w*|hop\w+|request\w*)\b.{0,15}\b(?:a )?(?:pay |salary )?raise\b|\bunderpaid\b"
          r"|\bbetter paid\b|\bpay rise\b",
          r"(?:客户|顾客|家长|对方|甲方|患者).{0,4}(?:工资|收入|预算|待遇|薪)|不是(?:因为)?(?:工资|钱|薪|收入|待遇)"
          r"|(?:工资|收入|待遇|提成|薪资|奖金).{0,6}(?:满意|不错|还可以|挺好|很好|没问题|没意见|不差|不低|不少|不算少)"
          r"|对.{0,6}没(?:有)?意见"
          r"|\bpay(?:s|ing)? attention\b|\b(?:customers?|clients?)\b.{0,10}\b(?:income|pay)\b|\b(?:not|isn't|never"
          r"|no)\b.{0,12}\b(?:about|because of|low|unhappy|complain\w*|unfair|less|underpaid)\b"
          r"|\bhappy with\b(?<!unhappy with)"),
    _rule("promotion",
          r"晋升|升职|升迁|提拔|竞聘|升(?:主管|经理|组长|店长|职级|级)|职业(?:发展|规划|通道|前景)|(?:发展|上升|成长"
          r"|晋级)(?:空间|通道|机会|前景)|看不到(?:前途|希望|未来|前景|发展)|没有?(?:前途|盼头)"
          r"|\bpromot(?:ion|ed|e me|e him|e her)\b|\bcareer (?:path|growth|plan|development|prospects?|ladder)\b"
          r"|\b(?:room|chance|opportunit\w+) (?:to|for) (?:grow|advance\w*|growth)\b|\bdead[\s-]?end\b|\bpassed over\b",
          r"(?:刚|已|已经|成功|顺利|恭喜|祝贺|终于)(?:获得|得到|被)?(?:晋升|升职|提拔|升(?:主管|经理|组长|店长))"
          r"|(?:晋升|升职)(?:成功|后)|不(?:想|考虑|在乎|追求|急于|关心)(?:去)?(?:晋升|升职|当主管|竞聘|升)|(?:同事"
          r"|客户|领导|主管|别人).{0,4}(?:晋升|升职)了"
          r"|(?:晋升|发展|上升)(?:空间|通道|机会).{0,4}(?:满意|清晰|很好|不错)|\bsales promotion"
          r"|\bpromotion(?:al)? (?:campaign|price|offer|week|event|activit\w+|code|material)|\b(?:was|were|been|just"
          r"|got|recently) promoted\b(?!.{0,15}(?:instead|over|ahead))"
          r"|\b(?:not|no) (?:interest\w*|looking|seeking|keen)\b.{0,15}promot|\bcustomers?\b.{0,12}\bpromotion"),
    _rule("promotion",
          r"(?:没|没有|未|一直没|迟迟没)(?:能|被|得到|获得)?(?:晋升|升职|提拔|升)|\b(?:not|never"
          r"|n't)\b.{0,12}\b(?:promoted|been promoted)"),
    _rule("leaving",
          r"离职|辞职|跳槽|不想(?:再)?(?:干|做|待)(?:了|下去|$)?|想走|要走了?$|不干了|干不下去|做不下去|待不下去|另谋"
          r"|换(?:个|份)?工作|换(?:一)?家公司|找(?:了|到|新的?|别的|其他|下一?份|别家|一份)+工作|(?:别|其他|其它"
          r"|另)(?:家|的)?公司.{0,6}(?:面试|挖|offer|机会|邀请)"
          r"|在(?:外面|看)?(?:看)?机会|看机会|投(?:了)?简历|猎头|拿到.{0,3}offer|\bresign\w*|\bquit(?:s|ting)?\b"
          r"|\bleav(?:e|ing) (?:the )?(?:company|job|team|us|here)|\bthinking (?:of|about) leaving|\bwants? to leave\b"
          r"|\bplans? to leave\b"
          r"|\b(?:new|another|other|different) job\b|\bjob (?:offer|hunting|search|interview)|\binterview(?:s|ed"
          r"|ing)? (?:at|with|for) (?:another|a competitor|other|another company)|\bhand(?:ed)? in (?:his|her"
          r"|my)? ?notice|\brecruiter|\bhead-?hunt\w*",
          r"(?:没有?|没想过|从没|从未|未|不(?:会|想|打算|考虑|准备|再)?|无|打消了?|放弃了?|否认)(?:想过|考虑过?|打算"
          r"|提过|提|有|再提|过|要|再)?(?:要|去)?(?:离职|辞职|跳槽|换工作|走|离开|看机会)"
          r"|(?:离职|辞职|跳槽)(?:的)?(?:想法|念头|打算|意向)(?:已)?(?:没有?|打消|消失)|(?<!\|)(?:同事|同组|组里"
          r"|团队里?|队友|主管|经理|领导|客户|小[一-龥]|老[一-龥]|师傅|室友|朋友|老公|老婆|爱人|搭档|有人"
          r"|前员工)(?:的?[^,|]{0,6})(?:离职|辞职|跳槽|走了|不干了|换工作)"
          r"|离职(?:的)?(?:同事|客户|员工|人员|交接|率|面谈)|\b(?:colleagues?|teammates?|manager|boss|customers?"
          r"|clients?|husband|wife|friend|mentor|someone|people)\b.{0,20}\b(?:quit|resign\w*|leav\w*|left)"
          r"|\b(?:no|not|never|without|n't|isn't|doesn't|don't)\b.{0,25}\b(?:leav\w*|quit\w*|resign\w*|new job"
          r"|another job|job offer)|\bquit(?:ting)? smoking|\bleave (?:the )?team (?:lead|meeting|event)|\bn't (?:want"
          r"|plan|intend)"),
    _rule("training",
          r"(?:想|希望|需要|要求|申请|建议|期待|盼|能不能|缺(?:少|乏)?|渴望|最好).{0,10}(?:培训|课程|学习|带教|辅导"
          r"|进修|指导|提升(?:技能|能力|话术))|(?:培训|带教|辅导|指导)(?:的)?.{0,6}(?:少|不够|不足|没有|缺|跟不上|太快"
          r"|没人|听不懂|不系统|不到位|用不上)"
          r"|没人(?:教|带|指导)|没有?(?:接受|参加|得到|任何|系统|相关)?(?:过)?(?:的)?(?:培训|带教|指导)|(?:产品|业务"
          r"|系统|话术|流程|专业)(?:知识)?.{0,4}(?:不熟|不了解|不懂|没掌握|记不住|背不下|学不会|生疏)|上手(?:慢|困难"
          r"|吃力)|不会(?:用|操作)(?:系统|软件|工具)"
          r"|\b(?:need\w*|want\w*|ask\w*|would like|lack\w*|hop\w+|wish\w*|more|better|no|not enough|without"
          r"|request\w*)\b.{0,25}\b(?:training|coaching|course\w*|workshops?|mentoring|guidance)\b"
          r"|\bnobody (?:teaches|taught|trains|trained|shows|showed)|\b(?:not|n't|barely)\b.{0,15}\b(?:know|understand"
          r"|familiar)\b.{0,20}\b(?:product|system|script|crm|tool)s?\b|\b(?:training"
          r"|coaching)\b.{0,15}\b(?:insufficient|too short|useless|missing|not enough)",
          r"不(?:需要|想|用|必)(?:再)?(?:参加)?.{0,4}(?:培训|课程|学习|辅导)|客户.{0,4}(?:需要|想|希望|申请"
          r"|缺).{0,6}(?:培训|课程|学习)|(?:培训|课程).{0,4}(?:够了|足够|很好|很有用|有帮助|没问题|不缺|充分)"
          r"|\b(?:doesn't|don't|does not|do not|no) need\b"
          r"|\b(?:customers?|clients?|students?)\b.{0,20}\b(?:training|course)|(?:家长|学员|孩子).{0,10}(?:培训|课程|学习)"),
    _rule("climate",
          r"(?:氛围|气氛|风气|团队关系|同事关系|人际关系|团队环境).{0,8}(?:差|不好|压抑|紧张|沉闷|冷|糟|僵|不对|复杂"
          r"|变|死气|不太好|难受)|(?:压抑|沉闷|紧张|冷漠).{0,2}的?(?:氛围|气氛|团队)|勾心斗角|内卷|内斗|拉帮结派"
          r"|搞小圈子|小团体|穿小鞋|甩锅|背锅"
          r"|(?:被|遭到?|受到?).{0,6}(?:孤立|排挤|排斥|针对|冷落|欺负|霸凌)|抢(?:了)?(?:我的?|他的?|她的?|同事的?"
          r"|彼此的?)?(?:客户|单子|单)|(?:和|跟|与)(?:同事|组员|队友|主管|领导|经理|组长|搭档|店长).{0,8}(?:吵|矛盾"
          r"|不和|冲突|闹|合不来|处不好|不愉快|摩擦)"
          r"|(?:主管|领导|经理|组长|店长).{0,6}(?:偏心|不公|骂人|骂我|当众|不尊重|画饼|打压)|不合群|融不进|融入不了"
          r"|没有归属感|同事(?:之间)?.{0,6}(?:冷漠|不帮|不团结|互相)|\b(?:bad|poor|tense|toxic|cold|hostile"
          r"|gloomy)\b.{0,10}\b(?:atmosphere|climate|mood|culture|team|environment)"
          r"|\b(?:atmosphere|climate|mood|team spirit)\b.{0,25}\b(?:bad|poor|tense|toxic|cold|worse|awful|gloomy)"
          r"|\b(?:bullied|excluded|isolated|left out|gossip\w*|backstabb\w*|favou?ritism|office politics)\b"
          r"|\b(?:conflict|quarrel\w*|argu(?:ed|es|ing|ment)|clash\w*|fight\w*)\b.{0,12}\b(?:with"
          r"|between)\b.{0,15}\b(?:colleagues?|team\w*|manager|boss|coworkers?|supervisor|lead)",
          r"(?:没有?|不(?:再|存在|会|是)?|从未|未)(?:什么|再|有|被|受到?)?.{0,3}(?:勾心斗角|内卷|内斗|拉帮结派|小团体"
          r"|孤立|排挤|针对|矛盾|冲突|抢客户|抢单|甩锅|吵)|(?:氛围|气氛|关系).{0,6}(?:不差|很好|不错|融洽|变好|好多了"
          r"|好转|轻松|越来越好|改善|不紧张|不复杂)"
          r"|(?:客户|家长|谈判|现场|店里).{0,4}(?:气氛|氛围)|\b(?:no|not|never|isn't|without|wasn't"
          r"|no longer)\b.{0,20}\b(?:toxic|tense|bad|poor|isolated|excluded|bullied|conflict\w*|gossip\w*|politics"
          r"|quarrel\w*|argu\w+)"),
)

_SENTENCE = re.compile(r"[。!?!?;;\n\r…]+|(?<=[a-z0-9])\.(?=\s|$)", re.IGNORECASE)
_CLAUSE = re.compile(
          r"[,,、::]+|但是|不过|可是|然而|(?<!不)但(?!凡)|只是|就是(?=压力|工资|想|客户)|\b(?:but|however|although"
          r"|though|yet)\b", re.IGNORECASE)
# A subject that the next clause may leave out: the customer('s relative), a relative, a colleague.
_SUBJECT = re.compile(
          rf"(?<![跟和与向对给陪])(?:(?:{_CUSTOMER}|{_COLLEAGUE})(?:'s|s')?(?:的|说|家|家里"
          rf"|[一-龥]{{0,3}}?)?\s?{_RELATIVE}?|{_RELATIVE})", re.IGNORECASE)
_OWN_SUBJECT = re.compile(rf"{_SELF}|{_CUSTOMER}|{_COLLEAGUE}|{_RELATIVE}", re.IGNORECASE)


def clauses(note: str) -> list[tuple[str, str]]:
    """The clauses of a note in order, each as (the clause, the clause led by the carried subject and ``|``)."""
    out: list[tuple[str, str]] = []
    for sentence in _SENTENCE.split(note):
        subject = ""
        for part in _CLAUSE.split(sentence):
            clause = part.strip()
            if not clause:
                continue
            carried = clause if _OWN_SUBJECT.search(clause) or not subject else f"{subject}|{clause}"
            out.append((clause, carried))
            found = _SUBJECT.search(clause)
            if found:
                subject = found.group(0)
            elif re.search(_SELF, clause, re.IGNORECASE):
                subject = ""
    return out


def read(note: str | None) -> tuple[str, ...]:
    """The signal keys that a note carries, sorted; empty for an empty or missing note."""
    if not isinstance(note, str) or not note.strip():
        return ()
    return tuple(sorted(set().union(*(_said(clause, carried) for clause, carried in clauses(note)))))


@lru_cache(maxsize=200_000)
def _said(clause: str, carried: str) -> frozenset[str]:
    """What one clause says.  Notes repeat their clauses far more often than themselves, so clauses are remembered."""
    found: set[str] = set()
    for rule in RULES:
        text = carried if rule.carries else clause
        if rule.signal not in found and rule.says.search(text) and not (rule.unless and rule.unless.search(text)):
            found.add(rule.signal)
    return frozenset(found)


def read_many(notes: pd.Series) -> pd.Series:
    """Per note the signals joined by commas (``''`` when there are none); same index.  Each distinct note is read once."""
    known = {note: ",".join(read(note)) for note in notes.dropna().unique()}
    return notes.map(known).fillna("").astype("str").rename("signals")
