// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.assistant;

import dev.rivulet.gateway.assistant.Values.Meaning;
import dev.rivulet.graph.Stage;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Answers by rules, where no model does: nothing that claims to have done something. */
final class Rules {

    private final List<Rule> own;
    private final double least;

    /** What is said to a question that the expression is found in. */
    record Rule(Pattern when, String say) {}

    private static final List<Rule> BUILT_IN = List.of(
            new Rule(
                    Pattern.compile("(?i)\\b(fire|smoke|gas leak|flood(ing)?|intruder|emergency)\\b"),
                    "If anybody is in danger, leave the building and call the emergency services. I can't report it for"
                            + " you right now."),
            new Rule(
                    Pattern.compile("(?i)^\\W*(hi|hello|hey|good (morning|afternoon|evening))\\b"),
                    "Hello! I can only answer briefly right now."),
            new Rule(Pattern.compile("(?i)\\b(thanks|thank you)\\b"), "You are welcome."));

    /** @param own asked before the built-in ones */
    Rules(List<Rule> own, double least) {
        this.own = List.copyOf(own);
        this.least = least;
    }

    String answer(Stage.Call call) {
        String text = call.input(Values.QUESTION, Question.class).text();
        for (List<Rule> rules : List.of(own, BUILT_IN)) {
            for (Rule rule : rules) {
                if (rule.when().matcher(text).find()) {
                    return rule.say();
                }
            }
        }
        Meaning meaning = call.optional("meaning", Meaning.class).orElse(Meaning.UNKNOWN);
        return meaning.known(least).map(intent -> understood(intent, meaning)).orElse("""
                I am not sure that I understood that. Please say it in other words, such as "set Aurora to 21 degrees".""");
    }

    private static String understood(String intent, Meaning meaning) {
        StringBuilder said = new StringBuilder("I understood: ")
                .append(intent.replace('.', ' ').replace('_', ' '));
        for (Map.Entry<String, String> value : meaning.values().entrySet()) {
            said.append(", ").append(value.getKey()).append(' ').append(value.getValue());
        }
        return said.append(". I can't word a longer answer right now.").toString();
    }
}
