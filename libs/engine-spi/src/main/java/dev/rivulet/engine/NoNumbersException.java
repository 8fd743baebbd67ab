// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine;

/**
 * A model gave NaN or an infinity, from which nothing can be told: its weights are damaged for what it was given. The model itself goes
 * on; another input may well have an answer.
 */
public final class NoNumbersException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    /** @param what gave them, such as {@code encoder of sounds} */
    public NoNumbersException(String what) {
        super("the " + what + " gives values that are no numbers");
    }

    /** For whoever asked: a sentence. */
    public String told() {
        return "T" + String.valueOf(getMessage()).substring(1)
                + ": the weights of this version are damaged for what the request says.";
    }

    /**
     * The same values.
     *
     * @param what gave them, such as {@code encoder of sounds}
     * @throws NoNumbersException if one is NaN or infinite
     */
    public static float[] refused(String what, float[] values) {
        if (!finite(values)) {
            throw new NoNumbersException(what);
        }
        return values;
    }

    /** Whether none of them is NaN or infinite. */
    public static boolean finite(float[] values) {
        for (float value : values) {
            if (!Float.isFinite(value)) {
                return false;
            }
        }
        return true;
    }
}
