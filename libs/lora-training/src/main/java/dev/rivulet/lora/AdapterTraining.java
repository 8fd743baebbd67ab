// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.lora;

import dev.rivulet.federated.privacy.PrivateGradient;
import dev.rivulet.federated.update.Parameters;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Learns an adapter from lessons: each step draws lessons by chance, takes the gradient of each by itself, shortens it, and adds noise
 * where it is wanted (DP-SGD, Abadi et al., arXiv 1607.00133); the step is Adam's (Kingma and Ba, arXiv 1412.6980). Without noise it is
 * supervised fine-tuning and DPO as ever. One thread; safe for several.
 */
public final class AdapterTraining {

    private final AdaptedDecoder decoder;
    private final Preferences preferences;

    public AdapterTraining(AdaptedDecoder decoder, Preferences preferences) {
        this.decoder = decoder;
        this.preferences = preferences;
    }

    /**
     * How long, how fast, how privately.
     *
     * @param steps 1 to 10,000
     * @param sampling chance of each lesson to be in a step, above 0 and at most 1
     * @param rate of Adam, above 0
     * @param clip L2 norm that one lesson's gradient may have, above 0
     * @param noise deviation of the noise in a step's sum, in units of the clip; 0 for none
     */
    public record Schedule(int steps, double sampling, double rate, double clip, double noise) {

        private static final int MOST_STEPS = 10_000;

        public Schedule {
            if (steps < 1 || steps > MOST_STEPS || !(sampling > 0 && sampling <= 1)) {
                throw new IllegalArgumentException("steps are 1 to " + MOST_STEPS + ", sampling above 0 and at most 1");
            }
            if (!(rate > 0 && Double.isFinite(rate)) || !(clip > 0) || !(noise >= 0 && Double.isFinite(noise))) {
                throw new IllegalArgumentException("rate and clip are above 0, noise 0 or above");
            }
        }
    }

    /**
     * What came of it.
     *
     * @param loss mean of the lessons seen in the first quarter of the steps
     * @param lossAfter the same of the last quarter
     */
    public record Trained(Parameters adapter, double loss, double lossAfter) {}

    /** A gradient or a loss that is no number: the run has failed, and nothing of it is used. */
    public static final class DivergedException extends Exception {
        private static final long serialVersionUID = 1;

        DivergedException(String message) {
            super(message);
        }
    }

    /**
     * Trains from an adapter on.
     *
     * @param lessons 1 or more
     * @param random draws lessons and, cryptographically strong in production, noise
     * @throws DivergedException if a gradient is not finite
     * @throws InterruptedException if the thread is interrupted between two lessons
     */
    public Trained train(Parameters from, List<Lesson> lessons, Schedule schedule, RandomGenerator random)
            throws DivergedException, InterruptedException {
        int expected = (int) Math.max(1, Math.round(schedule.sampling() * lessons.size()));
        PrivateGradient sum = new PrivateGradient(from.size(), schedule.clip(), schedule.noise(), expected);
        Adam adam = new Adam(from.values().clone(), schedule.rate());
        Map<Lesson, double[]> references = new HashMap<>();
        Course course = new Course(schedule.steps());
        for (int step = 0; step < schedule.steps(); step++) {
            AdaptedDecoder.Session session = decoder.with(new Parameters(from.layout(), adam.values()));
            for (Lesson lesson : lessons) {
                if (random.nextDouble() < schedule.sampling()) {
                    if (Thread.interrupted()) {
                        throw new InterruptedException("training was interrupted");
                    }
                    float[] gradient = new float[from.size()];
                    course.saw(step, gradient(session, lesson, references, gradient));
                    sum.add(finite(gradient, step));
                }
            }
            adam.step(sum.release(random));
        }
        return new Trained(new Parameters(from.layout(), adam.values()), course.first(), course.last());
    }

    private static float[] finite(float[] gradient, int step) throws DivergedException {
        for (float each : gradient) {
            if (!Float.isFinite(each)) {
                throw new DivergedException("the gradient of step " + (step + 1) + " is not finite");
            }
        }
        return gradient;
    }

    /** Loss of one lesson; its gradient is added to one that is zero. */
    double gradient(AdaptedDecoder.Session session, Lesson lesson, Map<Lesson, double[]> references, float[] gradient) {
        return switch (lesson) {
            case Lesson.Answer(Sequence right) -> {
                Likelihood likelihood = session.likelihood(right);
                likelihood.addGradient(-1.0 / likelihood.tokens(), gradient);
                yield -likelihood.value() / likelihood.tokens();
            }
            case Lesson.Preference(Sequence chosen, Sequence rejected) -> {
                double[] reference =
                        references.computeIfAbsent(lesson, _ -> new double[] {
                            decoder.referenceLogLikelihood(chosen), decoder.referenceLogLikelihood(rejected)
                        });
                Likelihood better = session.likelihood(chosen);
                Likelihood worse = session.likelihood(rejected);
                Preferences.Loss loss =
                        preferences.loss(better.value(), reference[0], worse.value(), reference[1], better.tokens());
                better.addGradient(loss.chosenSlope(), gradient);
                worse.addGradient(loss.rejectedSlope(), gradient);
                yield loss.value();
            }
        };
    }

    /** Losses at the beginning and at the end. */
    private static final class Course {
        private final int steps;
        private double first;
        private int early;
        private double last;
        private int late;

        Course(int steps) {
            this.steps = steps;
        }

        void saw(int step, double loss) {
            if (4 * step < steps) {
                first += loss;
                early++;
            }
            if (4 * (step + 1) > 3 * steps) {
                last += loss;
                late++;
            }
        }

        double first() {
            return first / Math.max(1, early);
        }

        double last() {
            return last / Math.max(1, late);
        }
    }
}
