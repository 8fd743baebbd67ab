// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation;

import dev.rivulet.federation.secureaggregation.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.Function;

/** Devices that take the steps of a secure round side by side. */
final class SteppingTogether {

    private SteppingTogether() {}

    static List<byte[]> all(
            ExecutorService threads,
            List<SteppingDevice> devices,
            Step step,
            byte[] first,
            Function<SteppingDevice, byte[]> message)
            throws Exception {
        List<byte[]> messages = new ArrayList<>();
        devices.forEach(device -> messages.add(message.apply(device)));
        messages.set(0, first);
        return all(threads, devices, step, messages);
    }

    static List<byte[]> all(ExecutorService threads, List<SteppingDevice> devices, Step step, List<byte[]> messages)
            throws Exception {
        List<Callable<byte[]>> sending = new ArrayList<>();
        for (int i = 0; i < devices.size(); i++) {
            int at = i;
            sending.add(() -> devices.get(at).send(step, messages.get(at)));
        }
        List<byte[]> answers = new ArrayList<>();
        for (Future<byte[]> answer : threads.invokeAll(sending)) {
            answers.add(answer.get());
        }
        return answers;
    }

    static List<byte[]> after(List<SteppingDevice> devices, Step step, List<byte[]> answers) {
        List<byte[]> messages = new ArrayList<>();
        for (int i = 0; i < devices.size(); i++) {
            messages.add(devices.get(i).after(step, answers.get(i)));
        }
        return messages;
    }
}
