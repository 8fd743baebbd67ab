// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.models;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes the corpus: {@code chats.jsonl} for the decoder, {@code utterances.jsonl} for the encoders and
 * {@code dev.jsonl}, held-out wordings in the shape of the frozen test files. {@code intents.jsonl} and
 * {@code intents-dev.jsonl} are such utterances and such held-out wordings of the wider book.
 *
 * <p>Arguments: schema file, output folder, seed, number of training conversations, number of held-out ones.
 */
public final class GenerateCorpus {
    private final JsonMapper json = JsonMapper.builder().build();

    GenerateCorpus() {}

    /** See the type. */
    public static void main(String[] args) throws IOException {
        if (args.length != 5) {
            throw new IllegalArgumentException("usage: GenerateCorpus <schema.json> <folder> <seed> <train> <dev>");
        }
        Path folder = Files.createDirectories(Path.of(args[1]));
        BuildingSchema schema = BuildingSchema.read(Path.of(args[0]));
        long seed = Long.parseLong(args[2]);
        new GenerateCorpus().write(schema, folder, seed, Integer.parseInt(args[3]), Integer.parseInt(args[4]));
    }

    /** The generator of random numbers every corpus is drawn with. */
    public static RandomGenerator random(long seed) {
        return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }

    void write(BuildingSchema schema, Path folder, long seed, int train, int dev) throws IOException {
        RandomGenerator random = random(seed);
        TemplateBook book = TemplateBook.read(schema);
        DialogueGenerator training = new DialogueGenerator(schema, book, Wording.Split.TRAIN);
        try (BufferedWriter chats = Files.newBufferedWriter(folder.resolve("chats.jsonl"));
                BufferedWriter utterances = Files.newBufferedWriter(folder.resolve("utterances.jsonl"))) {
            for (int index = 0; index < train; index++) {
                Dialogue dialogue = training.next(random);
                line(chats, ChatExamples.of(dialogue, random));
                for (Labelled example : utterances(dialogue)) {
                    line(utterances, example);
                }
            }
        }
        heldOut(schema, book, folder.resolve("dev.jsonl"), random(seed + 1), dev);
        TemplateBook wider = TemplateBook.wider(schema);
        intents(schema, wider, folder.resolve("intents.jsonl"), random(seed + 2), train);
        heldOut(schema, wider, folder.resolve("intents-dev.jsonl"), random(seed + 3), dev);
    }

    private void intents(BuildingSchema schema, TemplateBook book, Path file, RandomGenerator random, int count)
            throws IOException {
        DialogueGenerator training = new DialogueGenerator(schema, book, Wording.Split.TRAIN);
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            for (int index = 0; index < count; index++) {
                for (Labelled example : utterances(training.next(random))) {
                    line(out, example);
                }
            }
        }
    }

    private void heldOut(BuildingSchema schema, TemplateBook book, Path file, RandomGenerator random, int count)
            throws IOException {
        DialogueGenerator heldOut = new DialogueGenerator(schema, book, Wording.Split.DEV);
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            for (int index = 0; index < count; index++) {
                line(out, gold(heldOut.next(random)));
            }
        }
    }

    private void line(BufferedWriter out, Object value) throws IOException {
        out.write(json.writeValueAsString(value));
        out.write('\n');
    }

    private static List<Labelled> utterances(Dialogue dialogue) {
        List<Labelled> examples = new ArrayList<>();
        String before = "";
        for (Dialogue.Turn turn : dialogue.turns()) {
            if (!turn.intent().isEmpty()) {
                examples.add(new Labelled(
                        turn.utterance().text(),
                        before,
                        turn.intent(),
                        turn.utterance().spans()));
            }
            before = turn.intent();
        }
        return examples;
    }

    private static Gold gold(Dialogue dialogue) {
        return new Gold(
                dialogue.id(),
                dialogue.turns().stream()
                        .map(turn -> new GoldTurn(
                                turn.utterance().text(),
                                turn.intent(),
                                turn.utterance().spans(),
                                turn.resolved()))
                        .toList());
    }

    /** A line of {@code utterances.jsonl}. */
    record Labelled(String text, String previous, String intent, List<Utterance.Span> slots) {}

    /** A line of {@code dev.jsonl}. */
    record Gold(String id, List<GoldTurn> turns) {}

    /** One turn of a gold conversation. */
    record GoldTurn(String text, String intent, List<Utterance.Span> slots, Map<String, String> resolved) {}
}
