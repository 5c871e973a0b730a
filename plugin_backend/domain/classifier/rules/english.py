"""English rules."""

from __future__ import annotations

from plugin_backend.domain.classifier.rules.rule import Rule, Sign
from plugin_backend.domain.tags import Substance

RULES: tuple[Rule, ...] = (
    Rule(
        name="en_asks_to_act",
        shows=Substance.REQUEST,
        strength=0.85,
        phrases="""
        ^ please; and please; could|can|would|will you please; could|can you * ?; would|will you * me|us;
        can|could you send|check|look|ask|help|tell|give|confirm|review|provide|get|forward|advise|find|let|have|make|explain|add|call|
        fix|see;
        would you mind; could i ask you; may i ask; i need you to; we need you to; i need your; we need your; need you to;
        i would like you to; i'd like you to; i want you to; i would appreciate; i'd appreciate; would appreciate it if;
        appreciate your * help|input|comments|thoughts|feedback; i'd only ask you; i ask you to; i am asking; would it be possible;
        is it possible * ?; would you be able to; would you be willing;
        please send|advise|review|confirm|forward|provide|check|give|call|respond|reply|prepare|make|get|return|sign|complete|submit|
        comment|correct|help|ask|tell|add|change|explain|email|fax|print|take|look|contact|approve|verify|handle|arrange|schedule|find|
        keep;
        please let me|us know what|when|how|whether|if|who|which|your; let me|us know what|when|how|whether|your|which|who;
        need from you; send me|us * please; send me|us; get back to me|us; your thoughts|comments|feedback|opinion|input * ?;
        any thoughts|ideas|comments|luck|news|update ?; need|want your help|input|approval|advice; what do you think; what would you;
        do you agree; do you know * ?; do you have * ?; tell me; ask him|her|them|the; waiting for your
        """,
    ),
    Rule(
        name="en_no_request",
        shows=Sign.NO_ANSWER_WANTED,
        phrases="""
        let me|us know if you have|need; let me know if there; let me know if i; please feel free; please do not hesitate;
        please don't hesitate; please find; please see attached|below|enclosed; please note; please accept; please disregard|ignore;
        please be advised|aware; please give me a call if; please call|contact|email me|us if|with|should; if you have any questions;
        should you have any questions; any questions * call|contact|let; give me a call if; call me if; how are you; how are things;
        how is it going; how's it going; how do you do; how have you been; guess what; you know what; who knows; isn't it ?; right ?;
        ok ?; okay ?; no questions; no question yet; don't ask; if i may ?; what's up ?; sound|sounds good ?
        """,
    ),
    Rule(
        name="en_promises",
        shows=Substance.COMMITMENT,
        strength=0.85,
        phrases="""
        i'll|we'll send|call|get|check|look|let|forward|ask|try|do|write|bring|price|draw|tell|text|prepare|make|follow|update|fix|
        review|provide|add|take|arrange|set|put|come|find|work|talk|email|fax|give|keep|start|finish|draft|report|contact|speak|
        schedule|handle|confirm|discuss|pass|circulate|propose|share|deliver|order|pay|cover|start|have;
        i|we will send|call|get|check|look|let|forward|ask|try|do|write|bring|price|draw|tell|text|prepare|make|follow|update|fix|
        review|provide|add|take|arrange|set|put|find|work|talk|email|fax|give|keep|finish|draft|report|contact|speak|schedule|handle|
        confirm|discuss|pass|circulate|share|deliver|order|pay|also;
        ^ will send|call|get|check|let|forward|try|do|follow|update|review|keep|bring|talk|advise;
        i shall ask|send|call|come|register|forward|be; will be
        sending|sent|mailed|forwarded; i am|i'm following; i hope|plan|intend to have|send|finish; i promise; we promise;
        i'll be in touch; i will be in touch; i'll be back in touch; you will have it|them;
        you'll have it|them; you will get; you'll get; i'm going to send|call|ask|do|try|get|make|talk; i bring you; let me check;
        let me look; let me ask; consider it done; i am on it; i'm on it; will do .; count on me
        """,
    ),
    Rule(
        name="en_hands_over",
        shows=Substance.DELIVERY,
        strength=0.85,
        phrases="""
        attached is|are; is|are attached; ^ attached; attached .; and attached; attached you; attached please; i|we have attached;
        i've attached; i am attaching; i'm attaching; i attached; see|find attached; attached the; attached for your;
        please find attached|enclosed|below; enclosed is|are|please; ^ here is|are|it|they|you|we; here is|are the|your|my|our|a;
        here's the|a|my|your|our; as promised; as requested; per your request; as you asked; you asked for; you requested;
        as i said * here; below is|are the; listed below; ^ answers; to answer your question; in answer to your; in response to your;
        the answer is; is|are in the post; are on the way; is on the way; ^ minutes attached
        """,
    ),
    Rule(
        name="en_hands_over_perhaps",
        shows=Substance.DELIVERY,
        strength=0.6,
        phrases="attached; enclosed; below is; sent you; i sent; left today; i have sent; i've sent; mailed|faxed you; fyi here",
    ),
    Rule(
        name="en_refuses",
        shows=Substance.REFUSAL,
        strength=0.95,
        phrases="""
        not interested; no longer interested; aren't|isn't interested; no interest in; please stop;
        stop sending|emailing|contacting|writing|mailing|bothering; unsubscribe me|us; please unsubscribe; ^ unsubscribe .;
        remove me|us|my from|address|name|email; please remove me|us|my; take me|us off; delete me|us|my from|address|name|email;
        do not contact|email|write|call|mail me|us; don't contact|email|write|call|mail me|us; do not * me|us again;
        don't * me|us again; no thanks .; ^ no thanks; ^ no thank you; we have decided not to; we've decided not to; decided against;
        not a good fit|match; not a fit for; i'll pass .; we'll pass; i must|have decline|to decline;
        we must|have decline|to decline; i decline; we decline; respectfully decline; not able to accept; unable to accept;
        we have no need; we don't need; no need for your; not looking for; leave me|us alone
        """,
    ),
    Rule(
        name="en_refuses_mildly",
        shows=Substance.REFUSAL,
        strength=0.5,
        phrases="""
        i can't do that; i cannot do that; i can not do; i won't be able to help; can't help you; cannot help you;
        unfortunately i|we cannot|can't|won't; i'm afraid i|we cannot|can't|won't; i am afraid we cannot|can't
        """,
    ),
    Rule(
        name="en_presents",
        shows=Sign.PRESENTS,
        phrases="""
        introduce you to; introduce you two|both; introduce the two of you; like to introduce you; want to introduce you;
        introducing you; putting you * in touch; put you * in touch; put the two of you; connect you with|to|two|both;
        connecting you; like you to meet; ^ please meet; i'd like to introduce * to; i would like to introduce * to;
        let me introduce * to; making|make an introduction; by way of introduction; you two should; both of you should meet|talk;
        copied here
        """,
    ),
    Rule(
        name="en_presents_self",
        shows=Substance.INTRODUCTION,
        strength=0.75,
        phrases="""
        introduce myself; my name is; i'm writing to introduce; let me introduce; we haven't met; we have not met;
        i got your name|address|number from; got ur number from; i was given your name; i am the new; i'm the new;
        i have just joined; i recently joined; suggested i contact|write|get; gave me your name|address|number
        """,
    ),
    Rule(
        name="en_offers",
        shows=Substance.OFFER,
        strength=0.75,
        phrases="""
        i|we can offer|help|show|lend|share|send you|lend; we offer; i offer; happy to help|share|show|send|talk|discuss|lend;
        glad to help|share|show|send|talk; if you like i; if you want i; if it helps; shall i; would you like me to;
        would you like us to; can i help; let me help; may i offer|give|show; you might|may want to;
        you might like|find; have you considered|thought; i would|i'd recommend|advise|suggest; my advice; in my experience;
        in my opinion; my two cents; my suggestion; a thought; an idea; one idea; a new angle; i thought you might|would|may;
        might be of interest; may be of interest; could be interesting for you; opportunity;
        you|you'd be welcome|better; why don't you; the offer of; i can send; i would ask
        """,
    ),
    Rule(
        name="en_proposes",
        shows=Sign.PROPOSAL,
        phrases="""
        i|we propose; my|our proposal; i|we suggest;
        let us do|take|try|make|use|start|begin|keep|go|put|write|build|plan|turn|run|wait|agree|see;
        let's do|take|try|make|use|start|begin|keep|go|put|write|build|plan|turn|run|wait|agree|see; how about; what if we;
        what about; we could; why don't we; shall we; would you * with us|me; we should; i'd begin|start|send|take; next question;
        next step|steps; proposed
        """,
    ),
    Rule(
        name="en_decides",
        shows=Sign.DECISION,
        phrases="""
        ^ agreed; ^ approved; we agreed|decided|have decided|have agreed; i agree; i agreed; we agree; let's go with|ahead;
        let us go with|ahead;
        go ahead; we keep it; we'll go with; we go with; i approve; is|are approved; it is decided; has been decided|approved|agreed;
        have decided; decided to; decision attached; deal .; ^ done deal; it's a deal; we have a deal; we are going with;
        we're going with; sounds good; confirmed .; settled .; that is settled; can be signed; ^ yes with pleasure; said yes;
        says yes; all three are in; i accept; we accept
        """,
    ),
    Rule(
        name="en_works_together",
        shows=Substance.JOINT_WORK,
        strength=0.6,
        phrases="""
        our project|trial|report|draft|plan|paper|proposal|agreement|study|book|pilot;
        the draft|contract|agreement|proposal|budget|schedule|deal|spec|prototype|minutes|results|redline;
        second|first|next run|version|draft|round|phase|season;
        i have|i've changed|corrected|updated|revised|added|reviewed|drafted|redlined|marked;
        i changed|corrected|updated|revised|added|reviewed|drafted; ^ corrected; ^ revised; ^ updated;
        we have|we've started|finished|installed|tested|changed|measured|switched|replaced|moved|reviewed; status of the;
        status report; so far we; we are working on; we're working on; work|working with you on; work on this together;
        do it together; together with you; with us ?; plan the; figures; comments on the; per our discussion; as we discussed;
        as discussed; following our; clause; on track; behind schedule;
        """,
    ),
    Rule(
        name="en_personal",
        shows=Substance.PERSONAL,
        strength=0.75,
        phrases="""
        i love him|her|them|you; i miss;
        my mother|father|mom|dad|mum|brother|sister|son|daughter|wife|husband|kids|children|boys|girls|baby|family|grandmother|grandma|
        grandson|cousin|parents|girlfriend|boyfriend|niece|nephew|marriage|birthday|wedding|divorce|dog|cat;
        your mother|father|mom|dad|mum|brother|sister|son|daughter|wife|husband|kids|children|baby|family|parents|birthday|wedding|dog|
        cat|mother's|father's;
        our|the|his|her baby|wedding|funeral|kids; happy birthday; s birthday; passed away; has died; died; funeral;
        in|at the hospital; hospital; surgery; cancer; pregnant; godmother; godfather; i miss you;  love you;
         thinking of you; my condolences; so sorry for your loss; get well; feel|feeling better|sick|ill;
        i'm so|very afraid|happy|sad|proud|tired|scared|glad; i am so|very afraid|happy|sad|proud|tired|scared; proud of you;
        i'm proud; crying; cried; i slept; i sleep; how you sleep; you slept; medicine; best evening|night|day of my;
        are you all right; are you alright|ok|okay ?; we're all right;
        how was your weekend|trip|holiday|vacation|christmas|thanksgiving; my weekend|holiday|vacation|honeymoon; have a beer|drink;
        drinks tonight; game tonight|saturday|sunday; on a date; go fishing|golfing|hunting|skiing|hiking; played golf; weekend was;
        hugs; kisses; you are family; my heart; dinner with my; our house|dinner;
        home with the kids; been on my mind
        """,
    ),
    Rule(
        name="en_personal_slightly",
        shows=Substance.PERSONAL,
        strength=0.4,
        phrases="""
        how are you * ?; weekend; vacation; christmas; thanksgiving; congratulations; dinner; beer; golf; party; mother; father;
        brother; sister; daughter; son; wife; husband; kids; at home; home; cousin; sleep; dream; afraid; kitchen; breakfast;
        neighbour; neighbor; honestly; lol; haha; baptism;
        grew up; don't know whom else;
        come back;
        """,
    ),
    Rule(
        name="en_logistics",
        shows=Substance.LOGISTICS,
        strength=0.7,
        phrases="""
        train|flight|taxi|shuttle|station|hotel|airport|ferry|parking|bus; conference call; dial in; dial-in; call-in number;
        passcode; conference room; meeting room; reschedule|rescheduled|reschedule; calendar;
        available|free on|at|monday|tuesday|wednesday|thursday|friday|tomorrow|next|this|for; time slot; does * work for you;
        work for you ?; works for me|us; would * suit you; suits me; are|is you free|available; what time; at what time;
        which station|exit|entrance|door|room; can you make it; i can make it; can't make it; cannot make it; meet|start|begin at;
        can we start|meet|move|postpone; move the meeting|call;
        cancel|cancelled|canceled|postponed the|our|today's meeting|call|lunch; running late; be late;
        see you there|at|on|tomorrow|monday|tuesday|wednesday|thursday|friday; arrive|arrives|arriving|arrival; leaves at; leave at;
        entrance; o'clock; next week suit; could we talk for; talk|meet on|next|tomorrow|monday|tuesday|wednesday|thursday|friday;
        out of the office; out of office; on vacation; be out; be back on; cover for me; lunch; same time; pick you up;
        pick up at; set up a call|meeting|time; schedule a call|meeting|time; send you an invitation; your office at; travel;
        book|booked a|the room|table|flight|hotel|call; around 1|2|3|4|5|6|7|8|9|10|11|12|13|14|15|16|17|18|19|20;
        a quarter of an hour
        """,
    ),
    Rule(
        name="en_courtesy",
        shows=Substance.COURTESY,
        strength=0.8,
        phrases="""
        thank you; thanks; thx; thankyou; many thanks; much appreciated; i appreciate it; got it; received; noted; ^ ok; ^ okay;
        ^ great; ^ perfect; ^ sure; ^ fine; ^ excellent; ^ wonderful; ^ congratulations; congrats; well done; nice issue|work|job;
        good job|work; you're welcome; you are welcome; no problem; no worries; my pleasure; with pleasure .; see you; talk to you;
        look|looking forward; happy new year; happy holidays; merry christmas; good luck; have a good|great|nice; how kind;
        well said; sounds good; sounds great; will do .; lol; you too; enjoy
        """,
    ),
    Rule(
        name="en_update_request",
        shows=Substance.UPDATE_REQUEST,
        strength=0.9,
        phrases="""
        update your contact|details|information|profile|address|records|account|subscription; updating my address|contacts|contact;
        update my address|contacts; join my network; add you to my; added you as a; connect on linkedin;
        confirm your subscription|email|e-mail|address|registration|membership|contact|details;
        verify your email|account|e-mail|address; complete your profile; fill in your profile; keep my address book; card scan;
        your current contact; invitation to connect; accept my invitation
        """,
    ),
    Rule(
        name="en_met",
        shows=Sign.MET,
        phrases="""
        good|nice|great|lovely|pleasure|glad to meet|see|talk|speak|seeing|meeting|talking|speaking;
        good|nice|great|lovely|glad to have met|seen; it was good|nice|great|lovely|fun|a to|meeting|seeing|talking|pleasure;
        enjoyed meeting|talking|seeing|our|the; thank|thanks you|for for|your|the meeting|visit|coming|time|lunch|visiting;
        thank you for coming|your|the|meeting time|visit|meeting|lunch|with|yesterday;
        thanks for coming|the|meeting|lunch|dropping|your|taking|making meeting|visit|lunch|by|time|yesterday|today;
        after our|your|the meeting|visit|call|talk|conversation|lunch|walk; after your|our visit|meeting|call;
        in our|the|today's|yesterday's meeting|call|discussion this|yesterday|today|on|last;
        at our|the|today's|yesterday's|last meeting|workshop; minutes of; minutes attached;
        following|follow our|up|the meeting|call|discussion|on|conversation; as i said this|yesterday|in|at|on;
        as discussed yesterday|today|this|in|at|on; as agreed yesterday|in|at|on;
        yesterday's|today's|tuesday's|monday's|wednesday's|thursday's|friday's meeting|call|visit|workshop;
        meeting|call|visit|workshop|lunch|conversation|talk yesterday|today|earlier|this|last;
        we met|spoke|talked yesterday|today|last|this|on|at|in|earlier; when we met|spoke|talked; good site visit; you showed us|me;
        you told me|us yesterday|on|at|last; what you showed|said|told|presented
        """,
    ),
    Rule(name="en_absent", shows=Sign.ABSENT, phrases="""
        out of the office; out of office; i am away; i'm away; on vacation until; on leave until; limited access to email|e-mail;
        back in the office; will return on; i am currently out
        """),
)  # fmt: skip
