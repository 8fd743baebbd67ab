// SPDX-License-Identifier: Apache-2.0
/** Devices: enrolment, signatures, consent, and who is there. */
@NullMarked
@ApplicationModule(allowedDependencies = {"edge"})
package dev.rivulet.federation.participants;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
