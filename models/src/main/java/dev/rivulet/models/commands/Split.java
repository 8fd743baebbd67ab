// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.models.commands;

/** What a recording is for. Voices, sentences and words of one split are in no other but for the commands' wordings. */
public enum Split {
    /** Trained on. */
    TRAIN("train", ""),
    /** Sets temperature and threshold. */
    CALIBRATION("calibration", ""),
    /** Measured once, at the end. */
    HELD_OUT("held-out", "held-out ");

    private final String section;
    private final String prefix;

    Split(String section, String prefix) {
        this.section = section;
        this.prefix = prefix;
    }

    /** Section of its voices, and name of its files. */
    public String section() {
        return section;
    }

    /** Section of its other speech, such as {@code sentences}. */
    String other(String what) {
        return prefix + what;
    }
}
