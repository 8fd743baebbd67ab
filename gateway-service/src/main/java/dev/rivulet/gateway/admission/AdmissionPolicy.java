package dev.rivulet.gateway.admission;

/** Decides whether one more request comes in. Knows nothing of threads, queues or clocks. */
final class AdmissionPolicy {

    /** What is to be done with a request. */
    enum Decision {
        /** It runs now. */
        ADMIT,
        /** It waits for room. */
        WAIT,
        /** There is no room to wait either. */
        REFUSE
    }

    private AdmissionPolicy() {}

    /**
     * @param running requests that run
     * @param waiting requests that wait
     */
    static Decision decide(AdmissionSettings settings, int running, int waiting) {
        if (waiting == 0 && running < settings.concurrency()) {
            return Decision.ADMIT;
        }
        return waiting < settings.queue() ? Decision.WAIT : Decision.REFUSE;
    }

    /** How many of those that wait may run now. */
    static int room(AdmissionSettings settings, int running, int waiting) {
        return Math.max(0, Math.min(waiting, settings.concurrency() - running));
    }
}
