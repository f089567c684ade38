/*
 * How reeld pays once and loses nothing: two jobs that ask for the very same film, one daemon that may crash at any
 * step, a service that may take a request or lose it, answer late or never, and shows in its list late what it took.
 *
 * check.sh says which variants there are; docs/testing.md says which function of the daemon each step stands for.
 * A step is one atomic block: one transaction of the store, or one thing that happens outside.
 */

/*
 * How often something may go wrong, in all, in any mixture: a crash, a request that never arrives or is refused, a walk through the
 * list that fails or misses an entry which is there, a render that fails, a cancel, somebody else's generation on the account.
 * A request or an answer that is merely late costs nothing and may happen each time.
 */
#ifndef FAULTS
#define FAULTS 2
#endif
#define may_fail (faults < FAULTS)

#define RENDER_ATTEMPTS 2

#define GENERATIONS 7   /* more than any variant can make before its property fails */

mtype:state = { queued, scheduled, submitting, generating, unknown, parked, succeeded, failed, cancelled };
mtype:intent = { none, open, closed };
mtype:phase = { idle, claimed, ready, waiting };
mtype:render = { pending, complete, broken };

#define NOBODY 0        /* of generations: neither job has it on record */
#define NEIGHBOUR 3     /* of generations: no job asked for it */
#define is(job) (job + 1)

/* What the store keeps. */
mtype:state state[2] = queued;
mtype:intent intent[2] = none;     /* of the job's latest attempt */
byte generation[2];                /* the one that the job waits for; from 1 */
byte accepted[2];                  /* generations that the job had: what render_attempts counts */
byte owner[GENERATIONS];           /* is(job) that has the generation on record */

/* What the daemon knows until it crashes. */
mtype:phase phase[2] = idle;
bool leased[2];                    /* the run may still move its job: nobody took it away */
byte walks[2];                     /* complete walks that found nothing, and that count */
bool missed[2];                    /* the last walk missed an entry; no two in a row do */

/* What is on its way. */
byte sent[2];                      /* requests that neither arrived nor were lost yet */
bool connected[2];                 /* the run still listens to the latest of them */
#define NO_ANSWER 0
#define REFUSED 255
byte answer[2];                    /* or the generation's number */

/* The service. */
byte made;                         /* generations so far, in the order of acceptance */
byte shown;                        /* how many of them the list shows: the first so many */
byte maker[GENERATIONS];           /* is(job), or NEIGHBOUR */
mtype:render render[GENERATIONS] = pending;

/* Time, as far as it matters for an open intent: 0 = young, 1 = settle time over, 2 = four times the settle time. */
byte age[2];
byte at_intent[2];                 /* `made` when the intent was committed */
byte at_settled[2];                /* `made` when the settle time was over */

/* What happened, for the properties. */
byte paid[2];                      /* generations that were made of the job's requests */
byte excused[2];                   /* how many of them the job saw fail */
bool misowned;                     /* a generation came on record for a job that did not ask for it */
bool owned_twice;                  /* a generation came on record that was there already */

byte faults;

#define is_final(job) (state[job] == succeeded || state[job] == failed || state[job] == cancelled)
#define twin(job) (1 - job)

/* A crash and the restart behind it. What the daemon knew is gone; connections are closed. */
inline recover(job) {
  phase[job] = idle; leased[job] = false; walks[job] = 0; missed[job] = false; age[job] = 0; at_settled[job] = 0;
  connected[job] = false; answer[job] = NO_ANSWER;
  if
  :: state[job] == submitting && intent[job] == none -> state[job] = queued
  :: state[job] == submitting && intent[job] == open ->
#ifdef RESEND_WITHOUT_RECONCILING
     state[job] = queued
#else
     state[job] = unknown
#endif
  :: else
  fi
}

inline close_intent(job) {
  intent[job] = closed; age[job] = 0; walks[job] = 0; missed[job] = false; at_settled[job] = 0
}

/* The generation comes on record for the job: heard in its own answer, found in the list, or named by a person. */
inline record(job, which) {
  owned_twice = owned_twice || owner[which] != NOBODY;
  misowned = misowned || maker[which] != is(job);
  owner[which] = is(job); generation[job] = which;
  accepted[job]++; close_intent(job)
}

/* ---- the daemon: a job's run ---- */

inline claim(job) {
  state[job] = submitting; intent[job] = none; generation[job] = 0; leased[job] = true; phase[job] = claimed
}

inline open_intent(job, next) {
  intent[job] = open;
#ifdef YOUNGER_THAN_INTENT
  at_intent[job] = made;
#endif
  phase[job] = next
}

/* Refused when the lease is void, or when a submit with the same fingerprint is open: then the twin waits for it. */
inline record_intent(job, next) {
  if
  :: !leased[job] -> phase[job] = idle
#ifndef TWINS_TOGETHER
  :: leased[job] && intent[twin(job)] == open -> state[job] = scheduled; leased[job] = false; phase[job] = idle
  :: leased[job] && intent[twin(job)] != open -> open_intent(job, next)
#else
  :: leased[job] -> open_intent(job, next)
#endif
  fi
}

inline send(job, next) {
  sent[job]++; connected[job] = true; phase[job] = next
}

inline end_submit(job, outcome) {
  if
  :: leased[job] -> state[job] = outcome
  :: else -> generation[job] = 0
  fi;
  phase[job] = idle; leased[job] = false; connected[job] = false; answer[job] = NO_ANSWER
}

inline render_failed(job) {
  excused[job]++; render[generation[job]] = pending; generation[job] = 0;
  if
  :: accepted[job] < RENDER_ATTEMPTS -> state[job] = queued
  :: else -> state[job] = failed
  fi
}

proctype Run(byte job) {
end:
  do
  :: atomic { state[job] == queued && phase[job] == idle -> claim(job) }
#ifdef INTENT_AFTER_SENDING
  :: atomic { phase[job] == claimed -> send(job, ready) }
  :: atomic { phase[job] == ready -> record_intent(job, waiting) }
#else
  :: atomic { phase[job] == claimed -> record_intent(job, ready) }
  :: atomic { phase[job] == ready -> send(job, waiting) }
  /* No connection after all: nothing left the machine, and the run knows it. */
  :: atomic { phase[job] == ready && may_fail -> faults++; close_intent(job); end_submit(job, queued) }
#endif
  :: atomic { phase[job] == waiting && answer[job] == REFUSED -> close_intent(job); end_submit(job, failed) }
  :: atomic { phase[job] == waiting && answer[job] != NO_ANSWER && answer[job] != REFUSED ->
       record(job, answer[job]); end_submit(job, generating) }
  /* Waited long enough, or the connection broke. The request may still be on its way. */
  :: atomic { phase[job] == waiting ->
#ifdef RESEND_WITHOUT_RECONCILING
       end_submit(job, queued)
#else
       end_submit(job, unknown)
#endif
     }
  :: atomic { state[job] == scheduled && intent[twin(job)] != open -> state[job] = queued }
  /* A look that shows the render pending changes nothing, and is no step. */
  :: atomic { state[job] == generating && render[generation[job]] == complete ->
       state[job] = succeeded; render[generation[job]] = pending; generation[job] = 0 }
  :: atomic { state[job] == generating && render[generation[job]] == broken -> render_failed(job) }
  od
}

/* ---- the daemon: the reconciler ---- */

#define is_unresolved(job) (intent[job] == open && phase[job] == idle && state[job] != parked && state[job] != submitting)

#ifdef CANDIDATES_ON_RECORD
#define may_be_ours(which) (maker[which] != NEIGHBOUR)
#else
#define may_be_ours(which) (maker[which] != NEIGHBOUR && owner[which] == NOBODY)
#endif

#define shows(which) (shown >= which && may_be_ours(which))
#define shows_any (shows(1) || shows(2) || shows(3) || shows(4) || shows(5) || shows(6))

/* An entry of the list that nobody has on record and that asks for the same film; 0 where there is none. */
inline walk(found) {
  if
  :: shows(1) -> found = 1
  :: shows(2) -> found = 2
  :: shows(3) -> found = 3
  :: shows(4) -> found = 4
  :: shows(5) -> found = 5
  :: shows(6) -> found = 6
  :: !shows_any -> found = 0
  fi
}

inline adopt(job, which) {
  record(job, which);
  if
  :: state[job] == unknown -> state[job] = generating
  :: else -> generation[job] = 0 /* cancelled, or given up: it stays so, and the id is known */
  fi
}

#define is_settled(job) (age[job] > 0)
/* The list shows something from after the settle time, or so much time went by that it must be up to date. */
#ifdef YOUNGER_THAN_INTENT
#define is_list_live(job) (shown > at_intent[job] || age[job] == 2)
#else
#define is_list_live(job) (shown > at_settled[job] || age[job] == 2)
#endif

/* A walk without a find counts when it was begun after the settle time and the list itself proved to be live. */
#if defined(WITHOUT_SETTLING)
#define does_count(job) true
#elif defined(WITHOUT_PROOF_OF_LIFE) || defined(LIFE_PROVED_ONCE)
#define does_count(job) is_settled(job)
#else
#define does_count(job) (is_settled(job) && is_list_live(job))
#endif

inline count_walk(job) {
  if
  :: does_count(job) && walks[job] < 2 -> walks[job]++
  :: else
  fi
}

#if defined(ABSENT_AFTER_ONE_WALK)
#define is_absent(job) (walks[job] == 1)
#elif defined(LIFE_PROVED_ONCE)
#define is_absent(job) (walks[job] == 2 && is_list_live(job))
#else
#define is_absent(job) (walks[job] == 2)
#endif

/* It was never accepted: send again, or ask a person. A job that ended only closes its intent. */
inline resolve_absent(job) {
  if
#ifdef PARK
  :: state[job] == unknown -> close_intent(job); state[job] = parked
#else
  :: state[job] == unknown -> close_intent(job); state[job] = queued
#endif
  :: else -> close_intent(job)
  fi
}

proctype Reconciler(byte job) {
  byte found;
end:
  do
  /* A walk that neither finds nor counts changes nothing, and is no step. */
  :: atomic { is_unresolved(job) && (shows_any || does_count(job)) ->
       walk(found);
       if
       :: found != 0 -> adopt(job, found)
       :: found != 0 && may_fail && !missed[job] -> faults++; missed[job] = true; count_walk(job) /* it slipped from page to page */
       :: found == 0 -> count_walk(job)
       :: may_fail -> faults++ /* a page could not be read: the walk proves nothing */
       fi;
       found = 0;
       if
       :: is_unresolved(job) && is_absent(job) -> resolve_absent(job)
       :: else
       fi
     }
  od
}

/* ---- the world ---- */

inline make(by) {
  made++;
  maker[made] = by
}

inline accept(job) {
  sent[job]--;
  make(is(job));
  paid[job]++;
  if
  :: connected[job] && sent[job] == 0 -> answer[job] = made
  :: else
  fi
}

/* A request that was given up arrives before the settle time is over, or never. */
#define can_settle(job) (age[job] == 0 && intent[job] == open && phase[job] == idle && sent[job] == 0)
/* Four settle times later the list shows whatever was accepted in the first. */
#define can_grow_old(job) (age[job] == 1 && intent[job] == open && shown >= at_settled[job])

proctype Service(byte job) {
end:
  do
  :: atomic { sent[job] > 0 -> accept(job) }
  :: atomic { sent[job] > 0 && may_fail -> faults++; sent[job]-- }
  :: atomic { sent[job] > 0 && connected[job] && answer[job] == NO_ANSWER && may_fail ->
       faults++; sent[job]--; answer[job] = REFUSED }
  :: atomic { state[job] == generating && render[generation[job]] == pending ->
       if
       :: render[generation[job]] = complete
       :: may_fail -> faults++; render[generation[job]] = broken
       fi }
  :: atomic { can_settle(job) -> age[job] = 1; at_settled[job] = made }
  :: atomic { can_grow_old(job) -> age[job] = 2 }
  od
}

proctype List() {
end:
  do
  :: shown < made -> shown++
  od
}

/* A person who changes their mind. An open intent stays open. */
inline cancel(job) {
#ifdef CANCEL_CLOSES_INTENT
  close_intent(job);
#endif
  state[job] = cancelled; leased[job] = false; generation[job] = 0
}

/* What may happen at any time, or not at all. The jobs are alike, so that it is enough that one may be cancelled. */
proctype Trouble() {
  do
  :: atomic { may_fail -> faults++; recover(0); recover(1) }
  :: atomic { may_fail -> faults++; make(NEIGHBOUR) }
  :: atomic { may_fail && !is_final(0) -> faults++; cancel(0) }
  :: break
  od
}

#define is_lost(which) (made >= which && maker[which] != NEIGHBOUR && owner[which] == NOBODY)
#define is_lost_of(job, which) (is_lost(which) && maker[which] == is(job))

/* A person who decides on an unknown or parked job by the service's own page, which shows the truth. */
proctype Person(byte job) {
  byte which;
end:
  do
  :: atomic { (state[job] == unknown || state[job] == parked) && sent[job] == 0 ->
       if
       :: is_lost_of(job, 1) -> which = 1
       :: is_lost_of(job, 2) -> which = 2
       :: is_lost_of(job, 3) -> which = 3
       :: is_lost_of(job, 4) -> which = 4
       :: is_lost_of(job, 5) -> which = 5
       :: is_lost_of(job, 6) -> which = 6
       :: else -> which = 0
       fi;
       if
       :: which != 0 -> record(job, which); state[job] = generating
       :: which == 0 -> close_intent(job); state[job] = queued
       :: state[job] = failed /* given up; the intent stays open */
       fi;
       which = 0 }
  od
}

init {
  atomic {
    run Run(0); run Run(1); run Reconciler(0); run Reconciler(1); run Service(0); run Service(1);
    run List(); run Trouble();
#ifndef NOBODY_RESOLVES
    run Person(0); run Person(1)
#endif
  }
}

/* ---- the properties ---- */

#define is_paid_once(job) (paid[job] <= 1 + excused[job])
#define is_at_rest(job) (is_final(job) || state[job] == parked || (state[job] == scheduled && state[twin(job)] == parked))

/* A job causes one accepted generation; another only once the service said that the first failed. */
ltl paid_once { [] (is_paid_once(0) && is_paid_once(1)) }
/* A generation belongs to the job that asked for it, and to no other. */
ltl right_owner { [] (!misowned && !owned_twice) }
/* Whatever was accepted comes on record. */
ltl never_lost { <> [] (!is_lost(1) && !is_lost(2) && !is_lost(3) && !is_lost(4) && !is_lost(5) && !is_lost(6)) }
/* Each job comes to its end, or waits for a person. */
#ifdef NOBODY_RESOLVES
ltl ends { <> [] (is_at_rest(0) && is_at_rest(1)) }
#else
ltl ends { <> [] (is_final(0) && is_final(1)) }
#endif
