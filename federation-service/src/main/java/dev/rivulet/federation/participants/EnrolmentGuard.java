// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.participants;

import dev.rivulet.devices.v1.Enrolment;

/** Decides whether a device may enrol that shows a token and the key it brings. */
public interface EnrolmentGuard {

    /** @throws dev.rivulet.federation.edge.RefusedException not-attested, if the federation wants to see more */
    void admit(String federation, Enrolment enrolment);
}
