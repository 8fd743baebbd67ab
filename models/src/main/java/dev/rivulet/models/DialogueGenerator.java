// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.models;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/** Draws whole conversations: single requests, follow-ups, changes of topic, open questions and copy tasks. */
public final class DialogueGenerator {
    private static final Set<String> FREQUENT = Set.of("out_of_scope", "room.book", "visitor.register", "alarm.report");

    private final BuildingSchema schema;
    private final TemplateBook book;
    private final Wording.Split split;
    private final Values values;
    private final Speech speech;
    private final AnswerBook answers;
    private final List<String> intents;
    private int count;

    public DialogueGenerator(BuildingSchema schema, TemplateBook book, Wording.Split split) {
        this.schema = schema;
        this.book = book;
        this.split = split;
        this.values = new Values(schema);
        this.speech = new Speech(values);
        this.answers = new AnswerBook(schema, book);
        this.intents = new ArrayList<>(book.wordings().keySet());
        FREQUENT.forEach(intent -> intents.addAll(List.of(intent, intent)));
        intents.sort(null);
    }

    /** The next conversation; kinds come in fixed shares. */
    public Dialogue next(RandomGenerator random) {
        int dice = random.nextInt(1000);
        if (split == Wording.Split.DEV) {
            return dice < 500 ? single(random) : follow(random, 2 + random.nextInt(3));
        }
        if (dice < 440) {
            return single(random);
        }
        if (dice < 740) {
            return follow(random, 2 + random.nextInt(3));
        }
        if (dice < 800) {
            return ask(random);
        }
        if (dice < 860) {
            return mixed(random, "mixed", 3 + random.nextInt(5));
        }
        return dice < 868 ? mixed(random, "long", 12 + random.nextInt(14)) : copy(random);
    }

    /** One complete request. */
    public Dialogue single(RandomGenerator random) {
        List<Dialogue.Turn> turns = new ArrayList<>();
        turns.add(request(intents.get(random.nextInt(intents.size())), new Resolution(schema), random));
        return dialogue("single", turns);
    }

    /** One complete request of an intent. */
    public Dialogue single(String intent, RandomGenerator random) {
        return dialogue("single", List.of(request(intent, new Resolution(schema), random)));
    }

    /** A request and turns that lean on it. */
    public Dialogue follow(RandomGenerator random, int length) {
        Resolution memory = new Resolution(schema);
        List<Dialogue.Turn> turns = new ArrayList<>();
        turns.add(request(intents.get(random.nextInt(intents.size())), memory, random));
        extend(turns, memory, length, random);
        return dialogue("follow", turns);
    }

    private void extend(List<Dialogue.Turn> turns, Resolution memory, int length, RandomGenerator random) {
        while (turns.size() < length) {
            Optional<Dialogue.Turn> next = followUp(memory, random);
            if (next.isEmpty()) {
                return;
            }
            turns.add(next.get());
        }
    }

    private Dialogue mixed(RandomGenerator random, String kind, int length) {
        Resolution memory = new Resolution(schema);
        List<Dialogue.Turn> turns = new ArrayList<>();
        while (turns.size() < length) {
            String intent = intents.get(random.nextInt(intents.size()));
            if (intent.equals(memory.intentBefore())) {
                continue;
            }
            turns.add(request(intent, memory, random));
            extend(turns, memory, Math.min(length, turns.size() + random.nextInt(3)), random);
        }
        return dialogue(kind, turns);
    }

    private Dialogue ask(RandomGenerator random) {
        List<String> open = new ArrayList<>(book.incomplete().keySet());
        String intent = open.get(random.nextInt(open.size()));
        Resolution memory = new Resolution(schema);
        List<Dialogue.Turn> turns = new ArrayList<>();
        List<Wording> wordings = book.incomplete().getOrDefault(intent, List.of());
        turns.add(turn(intent, speech.say(wordings.get(random.nextInt(wordings.size())), random), memory, random));
        for (int step = 0; step < 3; step++) {
            Optional<BuildingSchema.SlotRule> missing =
                    schema.firstMissing(intent, turns.getLast().resolved().keySet());
            if (missing.isEmpty() || random.nextInt(10) == 0) {
                break;
            }
            turns.add(turn(intent, speech.say(reply(missing.get(), random), random), memory, random));
        }
        extend(turns, memory, turns.size() + random.nextInt(2), random);
        return dialogue("ask", turns);
    }

    private Wording reply(BuildingSchema.SlotRule rule, RandomGenerator random) {
        List<String> names = new ArrayList<>(rule.names());
        String slot = names.get(random.nextInt(names.size()));
        String lead = switch (slot) {
            case "room" -> "(in |)";
            case "floor" -> "(on |)";
            case "duration", "count" -> "(for |)";
            case "device" -> "(the |it is the )";
            case "temperature", "color", "level" -> "(make it |to |)";
            case "problem" -> "(it is |)";
            default -> "(|it is )";
        };
        return Wording.parse(lead + "{" + slot + "}" + "(| please)");
    }

    private Optional<Dialogue.Turn> followUp(Resolution memory, RandomGenerator random) {
        String before = memory.intentBefore();
        List<TemplateBook.FollowUp> kinds = book.followUps().stream()
                .filter(kind -> kind.follows(before))
                .filter(kind -> !usable(kind, before, memory).isEmpty())
                .toList();
        boolean end = kinds.stream().allMatch(kind -> kind.from().contains("any"));
        if (kinds.isEmpty() || (end && random.nextInt(3) > 0)) {
            return Optional.empty();
        }
        TemplateBook.FollowUp kind = kinds.get(random.nextInt(kinds.size()));
        String intent = kind.to().isEmpty() ? before : kind.to();
        List<Wording> wordings = usable(kind, before, memory);
        return Optional.of(
                turn(intent, speech.say(wordings.get(random.nextInt(wordings.size())), random), memory, random));
    }

    private List<Wording> usable(TemplateBook.FollowUp kind, String before, Resolution memory) {
        String intent = kind.to().isEmpty() ? before : kind.to();
        return split.of(kind.wordings()).stream()
                .filter(wording ->
                        schema.slotsOf(intent).containsAll(wording.phrase().slots()))
                .filter(wording -> complete(intent, wording, memory.memory()))
                .toList();
    }

    private boolean complete(String intent, Wording wording, Map<String, String> memory) {
        Set<String> known = new HashSet<>(memory.keySet());
        known.addAll(wording.phrase().certainSlots());
        return schema.firstMissing(intent, known).isEmpty();
    }

    private Dialogue.Turn request(String intent, Resolution memory, RandomGenerator random) {
        List<Wording> wordings = split.of(book.wordings().getOrDefault(intent, List.of()));
        return turn(intent, speech.say(wordings.get(random.nextInt(wordings.size())), random), memory, random);
    }

    private Dialogue.Turn turn(String intent, Utterance utterance, Resolution memory, RandomGenerator random) {
        Map<String, String> resolved = memory.resolve(intent, utterance.values());
        return new Dialogue.Turn(utterance, intent, resolved, answers.answer(intent, resolved, random));
    }

    private Dialogue copy(RandomGenerator random) {
        TemplateBook.Repeat task =
                book.repeats().get(random.nextInt(book.repeats().size()));
        String words = Speech.tidy(values.draw("copy", random));
        String prompt = Speech.tidy(task.prompt().replace("{x}", words));
        String text = Character.toUpperCase(prompt.charAt(0)) + prompt.substring(1);
        String answer = Speech.tidy(task.answer().replace("{x}", words));
        return dialogue("copy", List.of(new Dialogue.Turn(new Utterance(text, List.of()), "", Map.of(), answer)));
    }

    private Dialogue dialogue(String kind, List<Dialogue.Turn> turns) {
        return new Dialogue(split.name().toLowerCase(Locale.ROOT) + "-" + count++, kind, turns);
    }
}
