// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.flower;

import dev.rivulet.federated.training.Evaluation;
import dev.rivulet.federated.training.Examples;
import dev.rivulet.federated.training.LocalTraining;
import dev.rivulet.federated.training.SoftmaxRegression;
import dev.rivulet.federated.update.Parameters;
import dev.rivulet.federation.flower.Npy.UnreadableException;
import dev.rivulet.flower.v1.ClientMessage.EvaluateRes;
import dev.rivulet.flower.v1.ClientMessage.FitRes;
import dev.rivulet.flower.v1.Scalar;
import dev.rivulet.flower.v1.ServerMessage.EvaluateIns;
import dev.rivulet.flower.v1.ServerMessage.FitIns;
import java.util.Random;

/** What a program of Flower does that really trains a softmax regression, and what a broken one does. */
public record FlowerSoftmax(SoftmaxRegression network, Examples examples) {

    /** Measures the model it is given. */
    public EvaluateRes evaluate(EvaluateIns ask) {
        Evaluation evaluation = network.evaluate(model(ask.getParameters()), examples);
        return EvaluateRes.newBuilder()
                .setLoss((float) evaluation.loss())
                .setNumExamples(examples.count())
                .build();
    }

    /** Trains as it is asked to. */
    public FitRes fit(FitIns ask) {
        LocalTraining training = new LocalTraining(
                (int) ask.getConfigOrThrow("epochs").getWhole(),
                (int) ask.getConfigOrThrow("batch").getWhole(),
                (float) ask.getConfigOrThrow("rate").getReal(),
                0);
        Parameters model = training.train(network.on(examples), model(ask.getParameters()), new Random(1))
                .model();
        return answer(model)
                .putMetrics(
                        "accuracy",
                        Scalar.newBuilder()
                                .setReal(network.evaluate(model, examples).accuracy())
                                .build())
                .putMetrics("note", Scalar.newBuilder().setText("no number").build())
                .build();
    }

    /** A model of which one value is none. */
    public FitRes nan(FitIns ask) {
        Parameters model = model(ask.getParameters());
        model.values()[3] = Float.NaN;
        return answer(model).build();
    }

    /** A model without its bias. */
    public FitRes shapeless(FitIns ask) {
        FitRes.Builder answer = answer(model(ask.getParameters()));
        answer.setParameters(answer.getParameters().toBuilder()
                .clearTensors()
                .addTensors(ask.getParameters().getTensors(0)));
        return answer.build();
    }

    private FitRes.Builder answer(Parameters model) {
        return FitRes.newBuilder().setParameters(FlowerTensors.written(model)).setNumExamples(examples.count());
    }

    private Parameters model(dev.rivulet.flower.v1.Parameters sent) {
        try {
            return FlowerTensors.read(sent, network.layout());
        } catch (UnreadableException e) {
            throw new IllegalStateException(e);
        }
    }
}
