// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.relay;

/**
 * Which of two attempts at one request answers: the first whose answer begins well. The first attempt's failure counts only
 * where the second one has failed too, or was not made. Does nothing itself; for one thread at a time.
 */
final class Duel {

    /** One of the attempts. */
    enum Side {
        FIRST,
        SECOND
    }

    /** What is to be done. */
    enum Verdict {
        NOTHING,
        /** The second attempt is to be made. */
        SEND,
        /** What came of the first attempt is told, good or bad. */
        TELL_FIRST,
        /** The answer of the second attempt is told. */
        TELL_SECOND
    }

    private enum State {
        ABSENT,
        RUNS,
        FAILED
    }

    private State first = State.RUNS;
    private State second = State.ABSENT;
    private boolean over;

    /** The first attempt has taken so long that the second one is due. */
    Verdict due() {
        if (over || second != State.ABSENT) {
            return Verdict.NOTHING;
        }
        second = State.RUNS;
        return Verdict.SEND;
    }

    /** An answer has begun well. */
    Verdict began(Side side) {
        return over ? Verdict.NOTHING : told(side);
    }

    /** An attempt has come to nothing. */
    Verdict failed(Side side) {
        if (over) {
            return Verdict.NOTHING;
        }
        if (side == Side.FIRST) {
            first = State.FAILED;
            return second == State.RUNS ? Verdict.NOTHING : told(Side.FIRST);
        }
        second = State.FAILED;
        return first == State.FAILED ? told(Side.FIRST) : Verdict.NOTHING;
    }

    /** Nobody waits for an answer any more; whether anybody did. */
    boolean cancel() {
        boolean before = over;
        over = true;
        return !before;
    }

    /** Whether the second attempt has been made and nothing has come of it yet. */
    boolean isSecondOut() {
        return second == State.RUNS;
    }

    private Verdict told(Side side) {
        over = true;
        return side == Side.FIRST ? Verdict.TELL_FIRST : Verdict.TELL_SECOND;
    }
}
