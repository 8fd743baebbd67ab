// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.buildings.loop;

import dev.rivulet.buildings.Resources;
import dev.rivulet.models.AnswerBook;
import dev.rivulet.models.BuildingSchema;
import dev.rivulet.models.TemplateBook;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/** Builds the three houses from a seed. */
public final class Houses {

    private static final List<String> LEARNT = List.of(
            "%s",
            "please %s",
            "could you %s",
            "%s now",
            "%s please",
            "can you %s",
            "time to %s",
            "somebody should %s",
            "would you be so kind and %s",
            "we need to %s");
    private static final List<String> KEPT =
            List.of("kindly %s", "I'd like you to %s", "would you %s please", "go ahead and %s", "you may %s", "do %s");
    private static final Map<String, List<String>> COMMON = Map.of(
            "light.on", List.of("turn on the lights in %s", "lights on in %s"),
            "light.off", List.of("turn off the lights in %s", "lights off in %s"),
            "blinds.open", List.of("open the blinds in %s", "raise the blinds in %s"),
            "blinds.close", List.of("close the blinds in %s", "lower the blinds in %s"),
            "climate.warmer", List.of("make %s warmer", "it is too cold in %s"),
            "climate.cooler", List.of("make %s cooler", "it is too hot in %s"),
            "climate.ventilation", List.of("start the ventilation in %s", "ventilate %s"),
            "maintenance.cleaning", List.of("send the cleaners to %s", "please clean %s"));
    private static final int DRAWS = 100;

    private final AnswerBook answers;
    private final List<String> rooms;

    /** @param schema of the built-in assistant */
    public Houses(BuildingSchema schema) {
        this.answers = new AnswerBook(schema, TemplateBook.read(schema));
        this.rooms =
                java.util.Objects.requireNonNull(schema.slots().get("room")).values();
    }

    /**
     * The houses.
     *
     * @param daily sayings of a day, 1 or more; one in five is in common words
     * @param heldOut sayings that a house is measured with, 1 or more
     * @param seed of everything
     */
    public List<House> build(int daily, int heldOut, long seed) {
        List<House> houses = new ArrayList<>();
        slang().forEach((name, verbs) -> {
            RandomGenerator random = new SplittableRandom(seed * 31 + name.hashCode());
            houses.add(new House(
                    name,
                    sayings(daily, verbs, true, 20, random),
                    sayings(heldOut, verbs, false, 0, random),
                    sayings(heldOut, verbs, false, 100, random)));
        });
        return houses;
    }

    /** House to intent to a verb and two things. */
    private static Map<String, Map<String, List<String>>> slang() {
        Map<String, Map<String, List<String>>> houses = new LinkedHashMap<>();
        Map<String, List<String>> house = new LinkedHashMap<>();
        for (String line : Resources.lines("slang.txt")) {
            if (line.startsWith("==")) {
                house = new LinkedHashMap<>();
                houses.put(line.substring(2).strip(), house);
            } else {
                String[] parts = line.split(":", 2);
                house.put(parts[0].strip(), List.of(parts[1].strip().split("\\s*[,/]\\s*")));
            }
        }
        return houses;
    }

    private List<Saying> sayings(
            int count, Map<String, List<String>> verbs, boolean learnt, int percentCommon, RandomGenerator random) {
        List<String> intents = List.copyOf(verbs.keySet());
        List<Saying> sayings = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String intent = intents.get(i % intents.size());
            String room = rooms.get(random.nextInt(rooms.size()));
            boolean common = random.nextInt(100) < percentCommon;
            String text = common
                    ? one(java.util.Objects.requireNonNull(COMMON.get(intent)), random)
                            .formatted(room)
                    : own(java.util.Objects.requireNonNull(verbs.get(intent)), room, learnt, random);
            sayings.add(saying(text, intent, room));
        }
        java.util.Collections.shuffle(sayings, new java.util.Random(random.nextLong()));
        return sayings;
    }

    /** The verb and one of two things, in one of the sentences that are said every day or in one of those that are held out. */
    private static String own(List<String> words, String room, boolean learnt, RandomGenerator random) {
        String bare = words.get(0) + " the " + words.get(1 + random.nextInt(2)) + " in " + room;
        return one(learnt ? LEARNT : KEPT, random).formatted(bare);
    }

    private Saying saying(String text, String intent, String room) {
        Set<String> right = new LinkedHashSet<>();
        RandomGenerator draws = new SplittableRandom(intent.hashCode());
        for (int i = 0; i < DRAWS; i++) {
            right.add(answers.answer(intent, Map.of("room", room), draws));
        }
        return new Saying(text, new TreeSet<>(right).getFirst(), right);
    }

    private static String one(List<String> list, RandomGenerator random) {
        return list.get(random.nextInt(list.size()));
    }
}
