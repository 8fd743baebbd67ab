// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.buildings;

import dev.rivulet.models.BuildingSchema;
import dev.rivulet.models.BuildingSchema.Pool;
import dev.rivulet.models.Speech;
import dev.rivulet.models.TemplateBook;
import dev.rivulet.models.Utterance;
import dev.rivulet.models.Values;
import dev.rivulet.models.Wording;
import dev.rivulet.models.Wording.Split;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Builds buildings from one seed. Building {@code k} is the same however many there are. What a device learns from has the building's own mix
 * of intents; what it is measured with asks for all intents alike, so that knowing what is asked often does not pass for understanding.
 *
 * @param schema intents and slots
 * @param size of each building
 * @param seed of everything
 */
public record Neighbourhood(BuildingSchema schema, Size size, long seed) {

    /**
     * How much is said, and how differently.
     *
     * @param train requests that a device learns from, 1 or more
     * @param heldOut requests that it is measured with, 1 or more
     * @param concentration of the Dirichlet distribution that each building's mix of intents is drawn from, above 0: small means that
     *     few intents make up most of it
     * @param variants phrases that a building has for a thing, 1 or more
     * @param percent known words of a hundred that are said in dialect
     */
    public record Size(int train, int heldOut, double concentration, int variants, int percent) {

        /** 160 requests to learn from and 60 held out. */
        public static final Size USUAL = new Size(160, 60, 0.3, 2, 80);

        public Size {
            if (train < 1 || heldOut < 1 || !(concentration > 0) || variants < 1 || percent < 0 || percent > 100) {
                throw new IllegalArgumentException(
                        "requests and variants are 1 or more, the concentration is above 0, percent 0 to 100");
            }
        }
    }

    private static final int ROOMS = 12;

    /** The first so many buildings. */
    public List<Building> buildings(int count) {
        TemplateBook book = TemplateBook.read(schema);
        Names names = new Names();
        List<Building> buildings = new ArrayList<>();
        for (int k = 0; k < count; k++) {
            buildings.add(building(k, book, names));
        }
        return buildings;
    }

    private Building building(int number, TemplateBook book, Names names) {
        RandomGenerator random = new SplittableRandom(seed * 1_000_003L + number);
        Map<String, List<String>> own = new LinkedHashMap<>();
        names.kinds().forEach(kind -> own.put(kind, names.draw(kind, ROOMS, random)));
        Dialect dialect = Dialect.draw(size.variants(), random);
        double[] mix = mix(random);
        Speech speech = new Speech(new Values(named(own)));
        List<Request> train = said(size.train(), Split.TRAIN, book, mix, speech, dialect, random);
        double[] even = new double[mix.length];
        Arrays.fill(even, 1.0 / even.length);
        List<Request> heldOut = said(size.heldOut(), Split.DEV, book, even, speech, dialect, random);
        return new Building("building-%02d".formatted(number + 1), own, dialect, train, heldOut);
    }

    private BuildingSchema named(Map<String, List<String>> own) {
        Map<String, Pool> slots = new LinkedHashMap<>(schema.slots());
        own.forEach((kind, values) -> slots.put(kind, new Pool(false, values)));
        return new BuildingSchema(slots, schema.intents());
    }

    /** Shares of intents: a draw from a symmetric Dirichlet distribution, as normalised gamma variates. */
    private double[] mix(RandomGenerator random) {
        double[] shares = new double[schema.intents().size()];
        double sum = 0;
        for (int i = 0; i < shares.length; i++) {
            shares[i] = gamma(size.concentration(), random);
            sum += shares[i];
        }
        for (int i = 0; i < shares.length; i++) {
            shares[i] = (shares[i] / sum + 0.1 / shares.length) / 1.1;
        }
        return shares;
    }

    /** Marsaglia and Tsang (2000), with their boost below 1. */
    private static double gamma(double shape, RandomGenerator random) {
        if (shape < 1) {
            return gamma(shape + 1, random) * Math.pow(random.nextDouble(), 1 / shape);
        }
        double d = shape - 1.0 / 3;
        double c = 1 / Math.sqrt(9 * d);
        while (true) {
            double x = random.nextGaussian();
            double v = Math.pow(1 + c * x, 3);
            if (v > 0 && Math.log(1 - random.nextDouble()) < 0.5 * x * x + d - d * v + d * Math.log(v)) {
                return d * v;
            }
        }
    }

    private List<Request> said(
            int count,
            Split split,
            TemplateBook book,
            double[] mix,
            Speech speech,
            Dialect dialect,
            RandomGenerator random) {
        List<String> intents = List.copyOf(schema.intents().keySet());
        List<Request> requests = new ArrayList<>();
        while (requests.size() < count) {
            String intent = intents.get(drawn(mix, random));
            List<Wording> wordings = split.of(book.wordings().getOrDefault(intent, List.of()));
            Utterance said = speech.say(wordings.get(random.nextInt(wordings.size())), random);
            requests.add(new Request(inDialect(said, dialect, random), intent));
        }
        return requests;
    }

    private static int drawn(double[] mix, RandomGenerator random) {
        double left = random.nextDouble();
        for (int i = 0; i < mix.length; i++) {
            left -= mix[i];
            if (left < 0) {
                return i;
            }
        }
        return mix.length - 1;
    }

    /** Slot values stay what they are; what stands between them is said in dialect. */
    private String inDialect(Utterance said, Dialect dialect, RandomGenerator random) {
        StringBuilder text = new StringBuilder();
        int from = 0;
        for (Utterance.Span span : said.spans()) {
            text.append(dialect.say(said.text().substring(from, span.start()), size.percent(), random));
            text.append(span.value());
            from = span.end();
        }
        return text.append(dialect.say(said.text().substring(from), size.percent(), random))
                .toString();
    }
}
