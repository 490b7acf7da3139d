/** The part of AudioWorkletGlobalScope that TypeScript's libraries leave out. */
interface AudioWorkletProcessor {
  readonly port: MessagePort;
}
declare const AudioWorkletProcessor: { new (): AudioWorkletProcessor };
declare function registerProcessor(name: string, processor: new (options: { processorOptions: never }) => AudioWorkletProcessor): void;
