package dev.rivulet.inference.scheduling;

/**
 * On what terms a sequence is served.
 *
 * @param tenant whose it is; what one tenant's sequences left in the prefix cache is of no use to another's
 */
public record Terms(String tenant) {

    /** Of a sequence that nobody vouches for. */
    public static final Terms STANDARD = new Terms("");
}
