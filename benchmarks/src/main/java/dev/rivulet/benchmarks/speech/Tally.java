// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.benchmarks.speech;

import dev.rivulet.commands.Recognition;
import dev.rivulet.commands.Recognition.Outcome;

/** Counts what a recogniser makes of recordings. */
final class Tally {

    private int commands;
    private int likeliest;
    private int sureAndRight;
    private int sureAndWrong;
    private int others;
    private int falseAccepts;

    /** @param command what was said; empty for other speech and noise */
    void add(String command, Recognition heard) {
        boolean sure = heard.outcome() == Outcome.COMMAND;
        if (command.isEmpty()) {
            others++;
            falseAccepts += sure ? 1 : 0;
            return;
        }
        boolean right = !heard.candidates().isEmpty()
                && heard.candidates().getFirst().command().equals(command);
        commands++;
        likeliest += right ? 1 : 0;
        sureAndRight += sure && right ? 1 : 0;
        sureAndWrong += sure && !right ? 1 : 0;
    }

    int commands() {
        return commands;
    }

    int others() {
        return others;
    }

    /** Share of commands, in percent, whose likeliest candidate is right, sure or not. */
    double likeliest() {
        return percent(likeliest, commands);
    }

    /** Share of commands, in percent, that were recognised. */
    double sureAndRight() {
        return percent(sureAndRight, commands);
    }

    /** Share of commands, in percent, that were taken for another one. */
    double sureAndWrong() {
        return percent(sureAndWrong, commands);
    }

    /** Share of other speech and noise, in percent, that was taken for a command. */
    double falseAccepts() {
        return percent(falseAccepts, others);
    }

    private static double percent(int part, int all) {
        return all == 0 ? 0 : 100.0 * part / all;
    }
}
