"""Kinds of support that a talk led to, and the words that mean them in a file.

A file's own words about support are never kept, only the kind.  The keys are those of ``lib/care/texts/support.toml``, so that a talk from a
file and one logged in the app count as the same help; a word that is on no list is ``other``.
"""

from __future__ import annotations

SUPPORTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("objection_price", ("价格异议材料", "异议应对材料", "异议材料", "嫌贵应对材料", "price objection material", "objection material")),
    ("objection_no_time", ("没空异议材料", "没时间应对材料", "no time objection material")),
    ("objection_no_need", ("不需要异议材料", "不需要应对材料", "no need objection material")),
    ("objection_think_it_over", ("再考虑异议材料", "再考虑应对材料", "think it over objection material")),
    ("objection_trust", ("信任异议材料", "不信任应对材料", "trust objection material")),
    ("objection_competitor", ("竞品异议材料", "竞品应对材料", "competitor objection material")),
    ("listen_together", ("一起听录音", "听录音", "录音复盘", "陪听录音", "listened to a call together", "call review")),
    ("pair_with_peer", ("同事结对", "结对", "结对旁听", "与周之星搭档一天", "旁听", "paired with a peer", "pairing", "buddy")),
    ("mentor_practice", ("导师陪练", "导师每日对练", "导师陪打", "陪练", "mentor practice", "mentor", "coaching")),
    ("sample_call", ("示范录音", "同事成交录音", "录音包", "sample calls", "sample recordings")),
    ("course", ("短课", "课程", "培训", "培训课", "上课", "course", "training")),
    ("better_leads", ("优质名单", "分配名单", "名单支持", "better leads", "leads")),
    ("target_review", ("目标调整", "目标按天拆分", "目标拆分", "重看目标", "target review", "target change")),
    ("half_day_off", ("调休半天", "半天调休", "调休", "half a day off", "time off in lieu", "time off")),
    ("move_meeting", ("会议改期", "挪会议", "少开会", "moved a meeting", "fewer meetings")),
    ("share_customers", ("分担客户", "同事分担", "减少名单", "shared customers", "less workload")),
    ("time_saver", ("提效材料", "提效工具", "跟进模板", "time-saving material", "templates")),
    ("ride_home", ("打车报销", "晚归打车", "taxi home", "ride home")),
    ("flexible_shift", ("弹性排班", "临时调班", "调班", "弹性上下班", "flexible shift", "shift change")),
    ("leave_talk", ("讲清假期", "请假说明", "假期说明", "leave explained", "leave options")),
    ("colleague_covers", ("同事顶班", "顶班", "a colleague covers", "shift cover")),
    ("visit", ("探望", "家访", "看望", "visit", "home visit")),
    ("gift_handwritten", ("手写卡片", "贺卡", "handwritten card", "card")),
    ("gift_small", ("小礼物", "礼物", "奶茶券", "鲜花", "small gift", "gift")),
    ("gift_early_leave", ("提前下班", "生日提前下班", "early leave", "left early")),
    ("quiet_week", ("安静的一周", "免早会发言", "quiet week")),
    ("counselling", ("员工帮助热线", "心理援助", "心理咨询", "counselling", "employee helpline", "eap")),
    ("lunch", ("一起午餐", "一起吃饭", "午餐", "lunch")),
    ("talk_to_lead", ("与主管沟通", "和主管沟通", "找主管沟通", "talk to the lead", "spoke with the lead")),
    ("check_in", ("再聊一次", "回访", "跟进谈话", "check-in", "follow-up talk")),
    ("other", ("其他", "其它", "other")),
    ("none", ("无", "没有", "未提供", "暂无", "nothing", "no support")),
)
"""Kind → the words that mean it, the first one as it is said in Chinese.  ``none`` says that nothing was given."""
