// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.agent;

import dev.rivulet.devices.v1.Training;
import dev.rivulet.edge.Trainer;
import dev.rivulet.engine.ChatMessage;
import dev.rivulet.federated.privacy.PrivacyBudget;
import dev.rivulet.federated.update.Parameters;
import dev.rivulet.federated.update.Update;
import dev.rivulet.lora.AdaptedDecoder;
import dev.rivulet.lora.AdapterTraining;
import dev.rivulet.lora.AdapterTraining.DivergedException;
import dev.rivulet.lora.AdapterTraining.Schedule;
import dev.rivulet.lora.AdapterTraining.Trained;
import dev.rivulet.lora.Conversations;
import dev.rivulet.lora.Preferences;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Trains the federation's adapter on the site's feedback. A round's epochs, batch and rate are the federation's; which lessons are in a
 * step is drawn by chance, so that a batch is a mean. The privacy of a round is paid before it is trained; when the budget is spent the
 * site takes part no more. For one thread.
 */
public final class AdapterTrainer implements Trainer {

    private static final int LONGEST_ANSWER = 64;

    private final AdaptedDecoder decoder;
    private final Conversations conversations;
    private final FeedbackSource source;
    private final int setAside;
    private final Privacy privacy;
    private final RandomGenerator random;
    private final AdapterTraining training;
    private volatile PrivacyBudget budget;

    /**
     * @param setAside one in so many pieces of feedback is never learnt; 0 for none
     * @param random draws lessons and noise: cryptographically strong in production
     */
    public AdapterTrainer(
            AdaptedDecoder decoder,
            Conversations conversations,
            FeedbackSource source,
            int setAside,
            Privacy privacy,
            RandomGenerator random) {
        this.decoder = decoder;
        this.conversations = conversations;
        this.source = source;
        this.setAside = setAside;
        this.privacy = privacy;
        this.random = random;
        this.training = new AdapterTraining(decoder, Preferences.USUAL);
        this.budget = privacy.budget();
    }

    @Override
    public Outcome train(Task task) throws IOException, InterruptedException {
        if (!decoder.layout().equals(task.model().layout())) {
            return new Outcome.Declined("unsupported", "the federation's adapter is not of this agent's layout");
        }
        Curriculum curriculum = curriculum();
        if (curriculum.lessons().isEmpty()) {
            return new Outcome.Declined("no-data", "nobody has corrected or praised an answer yet");
        }
        int count = curriculum.lessons().size();
        Schedule schedule = schedule(task.training(), count);
        if (!pay(schedule)) {
            return new Outcome.Declined("other", "the site's privacy budget is spent");
        }
        try {
            Trained trained = training.train(task.model(), curriculum.lessons(), schedule, random);
            return new Outcome.Trained(
                    trained.adapter(),
                    count,
                    Map.of(Update.LOSS_BEFORE, trained.loss(), Update.LOSS_AFTER, trained.lossAfter()));
        } catch (DivergedException e) {
            return new Outcome.Declined("diverged", String.valueOf(e.getMessage()));
        }
    }

    private Schedule schedule(Training asked, int lessons) {
        double sampling = Math.min(1, Math.max(1, asked.getBatch()) / (double) lessons);
        int steps = (int) Math.clamp(Math.round(asked.getEpochs() / sampling), 1, 10_000);
        return new Schedule(steps, sampling, asked.getRate(), privacy.clip(), privacy.noise());
    }

    private synchronized boolean pay(Schedule schedule) {
        if (privacy.noise() == 0) {
            return true;
        }
        if (budget.charge(privacy.step(schedule.sampling()), schedule.steps())
                instanceof PrivacyBudget.Decision.Granted paid) {
            budget = paid.after();
            return true;
        }
        return false;
    }

    /** ε of all rounds so far, of one piece of feedback; infinite without noise once anything was learnt. */
    public double spentEpsilon() {
        return privacy.noise() == 0 ? Double.POSITIVE_INFINITY : budget.spentEpsilon();
    }

    /** What there is to learn now. */
    public Curriculum curriculum() throws IOException, InterruptedException {
        return Curriculum.of(source.all(), conversations, setAside);
    }

    /** Share of the questions that were set aside which an adapter answers in the very words of the correction, 0 to 1; 0 of none. */
    public double examine(Parameters adapter) throws IOException, InterruptedException {
        AdaptedDecoder.Session session = decoder.with(adapter);
        List<Curriculum.Question> questions = curriculum().examination();
        long right = questions.stream()
                .filter(question -> answer(session, question.asked().messages()).equals(question.right()))
                .count();
        return questions.isEmpty() ? 0 : (double) right / questions.size();
    }

    private String answer(AdaptedDecoder.Session session, List<ChatMessage> messages) {
        return conversations
                .prompt(messages)
                .map(prompt -> conversations.text(session.greedy(prompt, LONGEST_ANSWER, conversations.ends())))
                .orElse("");
    }
}
