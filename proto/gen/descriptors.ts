// Code generated from the .proto files. DO NOT EDIT.

export const DESCRIPTORS: readonly {
  readonly name: string;
  readonly imports: readonly string[];
  readonly services: readonly string[];
  readonly symbols: readonly string[];
  readonly base64: string;
}[] = [
  {
    "name": "baton/v1/expression.proto",
    "imports": [],
    "services": [
      "baton.v1.ExpressionService"
    ],
    "symbols": [
      "baton.v1.ExpressionService",
      "baton.v1.ExpressionService.Check",
      "baton.v1.ExpressionServiceCheckRequest",
      "baton.v1.ExpressionServiceCheckResponse",
      "baton.v1.ExpressionProblem"
    ],
    "base64": "ChliYXRvbi92MS9leHByZXNzaW9uLnByb3RvEghiYXRvbi52MSJgCh1FeHByZXNzaW9uU2VydmljZUNoZWNrUmVxdWVzdBIeCgpleHByZXNzaW9uGAEgASgJUgpleHByZXNzaW9uEh8KC3BhcmFtc19qc29uGAIgASgJUgpwYXJhbXNKc29uIqoBCh5FeHByZXNzaW9uU2VydmljZUNoZWNrUmVzcG9uc2USHgoKcmVmZXJlbmNlcxgBIAMoCVIKcmVmZXJlbmNlcxISCgR0eXBlGAIgASgJUgR0eXBlEh0KCnZhbHVlX2pzb24YAyABKAlSCXZhbHVlSnNvbhI1Cgdwcm9ibGVtGAQgASgLMhsuYmF0b24udjEuRXhwcmVzc2lvblByb2JsZW1SB3Byb2JsZW0ibQoRRXhwcmVzc2lvblByb2JsZW0SEgoEa2luZBgBIAEoCVIEa2luZBIYCgdtZXNzYWdlGAIgASgJUgdtZXNzYWdlEhIKBGxpbmUYAyABKAVSBGxpbmUSFgoGY29sdW1uGAQgASgFUgZjb2x1bW4ybwoRRXhwcmVzc2lvblNlcnZpY2USWgoFQ2hlY2sSJy5iYXRvbi52MS5FeHByZXNzaW9uU2VydmljZUNoZWNrUmVxdWVzdBooLmJhdG9uLnYxLkV4cHJlc3Npb25TZXJ2aWNlQ2hlY2tSZXNwb25zZWIGcHJvdG8z"
  },
  {
    "name": "baton/v1/instance.proto",
    "imports": [],
    "services": [
      "baton.v1.InstanceService"
    ],
    "symbols": [
      "baton.v1.InstanceService",
      "baton.v1.InstanceService.Start",
      "baton.v1.InstanceService.StartMany",
      "baton.v1.InstanceService.Run",
      "baton.v1.InstanceService.Stop",
      "baton.v1.InstanceService.Kill",
      "baton.v1.InstanceService.Get",
      "baton.v1.InstanceService.List",
      "baton.v1.InstanceService.Watch",
      "baton.v1.InstanceServiceStartRequest",
      "baton.v1.InstanceServiceStartResponse",
      "baton.v1.InstanceServiceStartManyRequest",
      "baton.v1.InstanceServiceStartManyResponse",
      "baton.v1.StartError",
      "baton.v1.InstanceServiceRunRequest",
      "baton.v1.InstanceServiceRunResponse",
      "baton.v1.InstanceServiceStopRequest",
      "baton.v1.InstanceServiceStopResponse",
      "baton.v1.InstanceServiceKillRequest",
      "baton.v1.InstanceServiceKillResponse",
      "baton.v1.InstanceServiceGetRequest",
      "baton.v1.InstanceServiceGetResponse",
      "baton.v1.InstanceServiceListRequest",
      "baton.v1.InstanceServiceListResponse",
      "baton.v1.InstanceServiceWatchRequest",
      "baton.v1.InstanceServiceWatchResponse"
    ],
    "base64": "ChdiYXRvbi92MS9pbnN0YW5jZS5wcm90bxIIYmF0b24udjEiswEKG0luc3RhbmNlU2VydmljZVN0YXJ0UmVxdWVzdBIfCgt3b3JrZmxvd19pZBgBIAEoCVIKd29ya2Zsb3dJZBIYCgd2ZXJzaW9uGAIgASgJUgd2ZXJzaW9uEh0KCnJlcXVlc3RfaWQYAyABKAlSCXJlcXVlc3RJZBImCg9ydW5fcGFyYW1zX2pzb24YBCABKAlSDXJ1blBhcmFtc0pzb24SEgoEdXNlchgFIAEoCVIEdXNlciLCAQocSW5zdGFuY2VTZXJ2aWNlU3RhcnRSZXNwb25zZRIfCgt3b3JrZmxvd19pZBgBIAEoCVIKd29ya2Zsb3dJZBIdCgp2ZXJzaW9uX2lkGAIgASgDUgl2ZXJzaW9uSWQSHwoLaW5zdGFuY2VfaWQYAyABKANSCmluc3RhbmNlSWQSFQoGcnVuX2lkGAQgASgDUgVydW5JZBISCgR1dWlkGAUgASgJUgR1dWlkEhYKBnN0YXR1cxgGIAEoCVIGc3RhdHVzIvsBCh9JbnN0YW5jZVNlcnZpY2VTdGFydE1hbnlSZXF1ZXN0EiUKDmNvcnJlbGF0aW9uX2lkGAEgASgEUg1jb3JyZWxhdGlvbklkEh8KC3dvcmtmbG93X2lkGAIgASgJUgp3b3JrZmxvd0lkEhgKB3ZlcnNpb24YAyABKAlSB3ZlcnNpb24SHQoKcmVxdWVzdF9pZBgEIAEoCVIJcmVxdWVzdElkEiYKD3J1bl9wYXJhbXNfanNvbhgFIAEoCVINcnVuUGFyYW1zSnNvbhISCgR1c2VyGAYgASgJUgR1c2VyEhsKCWF3YWl0X2VuZBgHIAEoCFIIYXdhaXRFbmQi2QEKIEluc3RhbmNlU2VydmljZVN0YXJ0TWFueVJlc3BvbnNlEiUKDmNvcnJlbGF0aW9uX2lkGAEgASgEUg1jb3JyZWxhdGlvbklkEh8KC2luc3RhbmNlX2lkGAIgASgDUgppbnN0YW5jZUlkEhUKBnJ1bl9pZBgDIAEoA1IFcnVuSWQSEgoEdXVpZBgEIAEoCVIEdXVpZBIWCgZzdGF0dXMYBSABKAlSBnN0YXR1cxIqCgVlcnJvchgGIAEoCzIULmJhdG9uLnYxLlN0YXJ0RXJyb3JSBWVycm9yIngKClN0YXJ0RXJyb3ISEgoEY29kZRgBIAEoBVIEY29kZRIWCgZyZWFzb24YAiABKAlSBnJlYXNvbhIYCgdtZXNzYWdlGAMgASgJUgdtZXNzYWdlEiQKDnJldHJ5X2FmdGVyX21zGAQgASgDUgxyZXRyeUFmdGVyTXMisQEKGUluc3RhbmNlU2VydmljZVJ1blJlcXVlc3QSHwoLd29ya2Zsb3dfaWQYASABKAlSCndvcmtmbG93SWQSGAoHdmVyc2lvbhgCIAEoCVIHdmVyc2lvbhIdCgpyZXF1ZXN0X2lkGAMgASgJUglyZXF1ZXN0SWQSJgoPcnVuX3BhcmFtc19qc29uGAQgASgJUg1ydW5QYXJhbXNKc29uEhIKBHVzZXIYBSABKAlSBHVzZXIiwAEKGkluc3RhbmNlU2VydmljZVJ1blJlc3BvbnNlEh8KC3dvcmtmbG93X2lkGAEgASgJUgp3b3JrZmxvd0lkEh0KCnZlcnNpb25faWQYAiABKANSCXZlcnNpb25JZBIfCgtpbnN0YW5jZV9pZBgDIAEoA1IKaW5zdGFuY2VJZBIVCgZydW5faWQYBCABKANSBXJ1bklkEhIKBHV1aWQYBSABKAlSBHV1aWQSFgoGc3RhdHVzGAYgASgJUgZzdGF0dXMiqAEKGkluc3RhbmNlU2VydmljZVN0b3BSZXF1ZXN0Eh8KC3dvcmtmbG93X2lkGAEgASgJUgp3b3JrZmxvd0lkEh8KC2luc3RhbmNlX2lkGAIgASgDUgppbnN0YW5jZUlkEhUKBnJ1bl9pZBgDIAEoA1IFcnVuSWQSEgoEdXNlchgEIAEoCVIEdXNlchIdCgpyZXF1ZXN0X2lkGAUgASgJUglyZXF1ZXN0SWQiPgobSW5zdGFuY2VTZXJ2aWNlU3RvcFJlc3BvbnNlEh8KC3Jlc3VsdF9qc29uGAEgASgJUgpyZXN1bHRKc29uIqgBChpJbnN0YW5jZVNlcnZpY2VLaWxsUmVxdWVzdBIfCgt3b3JrZmxvd19pZBgBIAEoCVIKd29ya2Zsb3dJZBIfCgtpbnN0YW5jZV9pZBgCIAEoA1IKaW5zdGFuY2VJZBIVCgZydW5faWQYAyABKANSBXJ1bklkEhIKBHVzZXIYBCABKAlSBHVzZXISHQoKcmVxdWVzdF9pZBgFIAEoCVIJcmVxdWVzdElkIj4KG0luc3RhbmNlU2VydmljZUtpbGxSZXNwb25zZRIfCgtyZXN1bHRfanNvbhgBIAEoCVIKcmVzdWx0SnNvbiJ0ChlJbnN0YW5jZVNlcnZpY2VHZXRSZXF1ZXN0Eh8KC3dvcmtmbG93X2lkGAEgASgJUgp3b3JrZmxvd0lkEh8KC2luc3RhbmNlX2lkGAIgASgDUgppbnN0YW5jZUlkEhUKBnJ1bl9pZBgDIAEoA1IFcnVuSWQisgEKGkluc3RhbmNlU2VydmljZUdldFJlc3BvbnNlEh8KC3dvcmtmbG93X2lkGAEgASgJUgp3b3JrZmxvd0lkEh8KC2luc3RhbmNlX2lkGAIgASgDUgppbnN0YW5jZUlkEhUKBnJ1bl9pZBgDIAEoA1IFcnVuSWQSFgoGc3RhdHVzGAQgASgJUgZzdGF0dXMSIwoNaW5zdGFuY2VfanNvbhgFIAEoCVIMaW5zdGFuY2VKc29uInkKGkluc3RhbmNlU2VydmljZUxpc3RSZXF1ZXN0Eh8KC3dvcmtmbG93X2lkGAEgASgJUgp3b3JrZmxvd0lkEhsKCXBhZ2Vfc2l6ZRgCIAEoBVIIcGFnZVNpemUSHQoKcGFnZV90b2tlbhgDIAEoCVIJcGFnZVRva2VuImwKG0luc3RhbmNlU2VydmljZUxpc3RSZXNwb25zZRIlCg5pbnN0YW5jZXNfanNvbhgBIAMoCVINaW5zdGFuY2VzSnNvbhImCg9uZXh0X3BhZ2VfdG9rZW4YAiABKAlSDW5leHRQYWdlVG9rZW4ifAobSW5zdGFuY2VTZXJ2aWNlV2F0Y2hSZXF1ZXN0Eh8KC3dvcmtmbG93X2lkGAEgASgJUgp3b3JrZmxvd0lkEh8KC2luc3RhbmNlX2lkGAIgASgDUgppbnN0YW5jZUlkEhsKCWFmdGVyX3NlcRgDIAEoA1IIYWZ0ZXJTZXEiUwocSW5zdGFuY2VTZXJ2aWNlV2F0Y2hSZXNwb25zZRIQCgNzZXEYASABKANSA3NlcRIhCgxlbnRyaWVzX2pzb24YAiADKAlSC2VudHJpZXNKc29uMs4FCg9JbnN0YW5jZVNlcnZpY2USVgoFU3RhcnQSJS5iYXRvbi52MS5JbnN0YW5jZVNlcnZpY2VTdGFydFJlcXVlc3QaJi5iYXRvbi52MS5JbnN0YW5jZVNlcnZpY2VTdGFydFJlc3BvbnNlEmYKCVN0YXJ0TWFueRIpLmJhdG9uLnYxLkluc3RhbmNlU2VydmljZVN0YXJ0TWFueVJlcXVlc3QaKi5iYXRvbi52MS5JbnN0YW5jZVNlcnZpY2VTdGFydE1hbnlSZXNwb25zZSgBMAESUAoDUnVuEiMuYmF0b24udjEuSW5zdGFuY2VTZXJ2aWNlUnVuUmVxdWVzdBokLmJhdG9uLnYxLkluc3RhbmNlU2VydmljZVJ1blJlc3BvbnNlElMKBFN0b3ASJC5iYXRvbi52MS5JbnN0YW5jZVNlcnZpY2VTdG9wUmVxdWVzdBolLmJhdG9uLnYxLkluc3RhbmNlU2VydmljZVN0b3BSZXNwb25zZRJTCgRLaWxsEiQuYmF0b24udjEuSW5zdGFuY2VTZXJ2aWNlS2lsbFJlcXVlc3QaJS5iYXRvbi52MS5JbnN0YW5jZVNlcnZpY2VLaWxsUmVzcG9uc2USUAoDR2V0EiMuYmF0b24udjEuSW5zdGFuY2VTZXJ2aWNlR2V0UmVxdWVzdBokLmJhdG9uLnYxLkluc3RhbmNlU2VydmljZUdldFJlc3BvbnNlElMKBExpc3QSJC5iYXRvbi52MS5JbnN0YW5jZVNlcnZpY2VMaXN0UmVxdWVzdBolLmJhdG9uLnYxLkluc3RhbmNlU2VydmljZUxpc3RSZXNwb25zZRJYCgVXYXRjaBIlLmJhdG9uLnYxLkluc3RhbmNlU2VydmljZVdhdGNoUmVxdWVzdBomLmJhdG9uLnYxLkluc3RhbmNlU2VydmljZVdhdGNoUmVzcG9uc2UwAWIGcHJvdG8z"
  },
  {
    "name": "baton/v1/step.proto",
    "imports": [],
    "services": [
      "baton.v1.StepService"
    ],
    "symbols": [
      "baton.v1.StepService",
      "baton.v1.StepService.List",
      "baton.v1.StepService.Get",
      "baton.v1.StepServiceListRequest",
      "baton.v1.StepServiceListResponse",
      "baton.v1.StepServiceGetRequest",
      "baton.v1.StepServiceGetResponse"
    ],
    "base64": "ChNiYXRvbi92MS9zdGVwLnByb3RvEghiYXRvbi52MSKtAQoWU3RlcFNlcnZpY2VMaXN0UmVxdWVzdBIfCgt3b3JrZmxvd19pZBgBIAEoCVIKd29ya2Zsb3dJZBIfCgtpbnN0YW5jZV9pZBgCIAEoA1IKaW5zdGFuY2VJZBIVCgZydW5faWQYAyABKANSBXJ1bklkEhsKCXBhZ2Vfc2l6ZRgEIAEoBVIIcGFnZVNpemUSHQoKcGFnZV90b2tlbhgFIAEoCVIJcGFnZVRva2VuImAKF1N0ZXBTZXJ2aWNlTGlzdFJlc3BvbnNlEh0KCnN0ZXBzX2pzb24YASADKAlSCXN0ZXBzSnNvbhImCg9uZXh0X3BhZ2VfdG9rZW4YAiABKAlSDW5leHRQYWdlVG9rZW4iqAEKFVN0ZXBTZXJ2aWNlR2V0UmVxdWVzdBIfCgt3b3JrZmxvd19pZBgBIAEoCVIKd29ya2Zsb3dJZBIfCgtpbnN0YW5jZV9pZBgCIAEoA1IKaW5zdGFuY2VJZBIVCgZydW5faWQYAyABKANSBXJ1bklkEhcKB3N0ZXBfaWQYBCABKAlSBnN0ZXBJZBIdCgphdHRlbXB0X2lkGAUgASgDUglhdHRlbXB0SWQiNQoWU3RlcFNlcnZpY2VHZXRSZXNwb25zZRIbCglzdGVwX2pzb24YASABKAlSCHN0ZXBKc29uMqQBCgtTdGVwU2VydmljZRJLCgRMaXN0EiAuYmF0b24udjEuU3RlcFNlcnZpY2VMaXN0UmVxdWVzdBohLmJhdG9uLnYxLlN0ZXBTZXJ2aWNlTGlzdFJlc3BvbnNlEkgKA0dldBIfLmJhdG9uLnYxLlN0ZXBTZXJ2aWNlR2V0UmVxdWVzdBogLmJhdG9uLnYxLlN0ZXBTZXJ2aWNlR2V0UmVzcG9uc2ViBnByb3RvMw=="
  },
  {
    "name": "baton/v1/workflow.proto",
    "imports": [],
    "services": [
      "baton.v1.WorkflowService"
    ],
    "symbols": [
      "baton.v1.WorkflowService",
      "baton.v1.WorkflowService.Push",
      "baton.v1.WorkflowService.Get",
      "baton.v1.WorkflowService.List",
      "baton.v1.WorkflowService.Delete",
      "baton.v1.WorkflowService.Validate",
      "baton.v1.WorkflowService.ListVersions",
      "baton.v1.WorkflowService.Activate",
      "baton.v1.WorkflowService.Deactivate",
      "baton.v1.WorkflowService.UpdateProperties",
      "baton.v1.WorkflowService.Overview",
      "baton.v1.WorkflowServicePushRequest",
      "baton.v1.WorkflowServicePushResponse",
      "baton.v1.WorkflowServiceGetRequest",
      "baton.v1.WorkflowServiceGetResponse",
      "baton.v1.WorkflowServiceListRequest",
      "baton.v1.WorkflowServiceListResponse",
      "baton.v1.WorkflowServiceDeleteRequest",
      "baton.v1.WorkflowServiceDeleteResponse",
      "baton.v1.WorkflowServiceValidateRequest",
      "baton.v1.Problem",
      "baton.v1.WorkflowServiceValidateResponse",
      "baton.v1.WorkflowServiceListVersionsRequest",
      "baton.v1.WorkflowServiceListVersionsResponse",
      "baton.v1.WorkflowServiceActivateRequest",
      "baton.v1.WorkflowServiceActivateResponse",
      "baton.v1.WorkflowServiceDeactivateRequest",
      "baton.v1.WorkflowServiceDeactivateResponse",
      "baton.v1.WorkflowServiceUpdatePropertiesRequest",
      "baton.v1.WorkflowServiceUpdatePropertiesResponse",
      "baton.v1.WorkflowServiceOverviewRequest",
      "baton.v1.WorkflowServiceOverviewResponse"
    ],
    "base64": "ChdiYXRvbi92MS93b3JrZmxvdy5wcm90bxIIYmF0b24udjEieAoaV29ya2Zsb3dTZXJ2aWNlUHVzaFJlcXVlc3QSJwoPZGVmaW5pdGlvbl9qc29uGAEgASgJUg5kZWZpbml0aW9uSnNvbhISCgR1c2VyGAIgASgJUgR1c2VyEh0KCnJlcXVlc3RfaWQYAyABKAlSCXJlcXVlc3RJZCKCAQobV29ya2Zsb3dTZXJ2aWNlUHVzaFJlc3BvbnNlEh8KC3dvcmtmbG93X2lkGAEgASgJUgp3b3JrZmxvd0lkEh0KCnZlcnNpb25faWQYAiABKANSCXZlcnNpb25JZBIjCg13b3JrZmxvd19qc29uGAMgASgJUgx3b3JrZmxvd0pzb24iVgoZV29ya2Zsb3dTZXJ2aWNlR2V0UmVxdWVzdBIfCgt3b3JrZmxvd19pZBgBIAEoCVIKd29ya2Zsb3dJZBIYCgd2ZXJzaW9uGAIgASgJUgd2ZXJzaW9uIkEKGldvcmtmbG93U2VydmljZUdldFJlc3BvbnNlEiMKDXdvcmtmbG93X2pzb24YASABKAlSDHdvcmtmbG93SnNvbiJYChpXb3JrZmxvd1NlcnZpY2VMaXN0UmVxdWVzdBIbCglwYWdlX3NpemUYASABKAVSCHBhZ2VTaXplEh0KCnBhZ2VfdG9rZW4YAiABKAlSCXBhZ2VUb2tlbiJsChtXb3JrZmxvd1NlcnZpY2VMaXN0UmVzcG9uc2USJQoOd29ya2Zsb3dzX2pzb24YASADKAlSDXdvcmtmbG93c0pzb24SJgoPbmV4dF9wYWdlX3Rva2VuGAIgASgJUg1uZXh0UGFnZVRva2VuInIKHFdvcmtmbG93U2VydmljZURlbGV0ZVJlcXVlc3QSHwoLd29ya2Zsb3dfaWQYASABKAlSCndvcmtmbG93SWQSEgoEdXNlchgCIAEoCVIEdXNlchIdCgpyZXF1ZXN0X2lkGAMgASgJUglyZXF1ZXN0SWQiQAodV29ya2Zsb3dTZXJ2aWNlRGVsZXRlUmVzcG9uc2USHwoLcmVzdWx0X2pzb24YASABKAlSCnJlc3VsdEpzb24iSQoeV29ya2Zsb3dTZXJ2aWNlVmFsaWRhdGVSZXF1ZXN0EicKD2RlZmluaXRpb25fanNvbhgBIAEoCVIOZGVmaW5pdGlvbkpzb24iRwoHUHJvYmxlbRISCgRwYXRoGAEgASgJUgRwYXRoEhIKBHJ1bGUYAiABKAlSBHJ1bGUSFAoFZm91bmQYAyABKAlSBWZvdW5kIlAKH1dvcmtmbG93U2VydmljZVZhbGlkYXRlUmVzcG9uc2USLQoIcHJvYmxlbXMYASADKAsyES5iYXRvbi52MS5Qcm9ibGVtUghwcm9ibGVtcyKBAQoiV29ya2Zsb3dTZXJ2aWNlTGlzdFZlcnNpb25zUmVxdWVzdBIfCgt3b3JrZmxvd19pZBgBIAEoCVIKd29ya2Zsb3dJZBIbCglwYWdlX3NpemUYAiABKAVSCHBhZ2VTaXplEh0KCnBhZ2VfdG9rZW4YAyABKAlSCXBhZ2VUb2tlbiJyCiNXb3JrZmxvd1NlcnZpY2VMaXN0VmVyc2lvbnNSZXNwb25zZRIjCg12ZXJzaW9uc19qc29uGAEgAygJUgx2ZXJzaW9uc0pzb24SJgoPbmV4dF9wYWdlX3Rva2VuGAIgASgJUg1uZXh0UGFnZVRva2VuIo4BCh5Xb3JrZmxvd1NlcnZpY2VBY3RpdmF0ZVJlcXVlc3QSHwoLd29ya2Zsb3dfaWQYASABKAlSCndvcmtmbG93SWQSGAoHdmVyc2lvbhgCIAEoCVIHdmVyc2lvbhISCgR1c2VyGAMgASgJUgR1c2VyEh0KCnJlcXVlc3RfaWQYBCABKAlSCXJlcXVlc3RJZCJCCh9Xb3JrZmxvd1NlcnZpY2VBY3RpdmF0ZVJlc3BvbnNlEh8KC3Jlc3VsdF9qc29uGAEgASgJUgpyZXN1bHRKc29uInYKIFdvcmtmbG93U2VydmljZURlYWN0aXZhdGVSZXF1ZXN0Eh8KC3dvcmtmbG93X2lkGAEgASgJUgp3b3JrZmxvd0lkEhIKBHVzZXIYAiABKAlSBHVzZXISHQoKcmVxdWVzdF9pZBgDIAEoCVIJcmVxdWVzdElkIkQKIVdvcmtmbG93U2VydmljZURlYWN0aXZhdGVSZXNwb25zZRIfCgtyZXN1bHRfanNvbhgBIAEoCVIKcmVzdWx0SnNvbiKdAQomV29ya2Zsb3dTZXJ2aWNlVXBkYXRlUHJvcGVydGllc1JlcXVlc3QSHwoLd29ya2Zsb3dfaWQYASABKAlSCndvcmtmbG93SWQSHwoLdXBkYXRlX2pzb24YAiABKAlSCnVwZGF0ZUpzb24SEgoEdXNlchgDIAEoCVIEdXNlchIdCgpyZXF1ZXN0X2lkGAQgASgJUglyZXF1ZXN0SWQiUgonV29ya2Zsb3dTZXJ2aWNlVXBkYXRlUHJvcGVydGllc1Jlc3BvbnNlEicKD3Byb3BlcnRpZXNfanNvbhgBIAEoCVIOcHJvcGVydGllc0pzb24iQQoeV29ya2Zsb3dTZXJ2aWNlT3ZlcnZpZXdSZXF1ZXN0Eh8KC3dvcmtmbG93X2lkGAEgASgJUgp3b3JrZmxvd0lkIkYKH1dvcmtmbG93U2VydmljZU92ZXJ2aWV3UmVzcG9uc2USIwoNb3ZlcnZpZXdfanNvbhgBIAEoCVIMb3ZlcnZpZXdKc29uMtgHCg9Xb3JrZmxvd1NlcnZpY2USUwoEUHVzaBIkLmJhdG9uLnYxLldvcmtmbG93U2VydmljZVB1c2hSZXF1ZXN0GiUuYmF0b24udjEuV29ya2Zsb3dTZXJ2aWNlUHVzaFJlc3BvbnNlElAKA0dldBIjLmJhdG9uLnYxLldvcmtmbG93U2VydmljZUdldFJlcXVlc3QaJC5iYXRvbi52MS5Xb3JrZmxvd1NlcnZpY2VHZXRSZXNwb25zZRJTCgRMaXN0EiQuYmF0b24udjEuV29ya2Zsb3dTZXJ2aWNlTGlzdFJlcXVlc3QaJS5iYXRvbi52MS5Xb3JrZmxvd1NlcnZpY2VMaXN0UmVzcG9uc2USWQoGRGVsZXRlEiYuYmF0b24udjEuV29ya2Zsb3dTZXJ2aWNlRGVsZXRlUmVxdWVzdBonLmJhdG9uLnYxLldvcmtmbG93U2VydmljZURlbGV0ZVJlc3BvbnNlEl8KCFZhbGlkYXRlEiguYmF0b24udjEuV29ya2Zsb3dTZXJ2aWNlVmFsaWRhdGVSZXF1ZXN0GikuYmF0b24udjEuV29ya2Zsb3dTZXJ2aWNlVmFsaWRhdGVSZXNwb25zZRJrCgxMaXN0VmVyc2lvbnMSLC5iYXRvbi52MS5Xb3JrZmxvd1NlcnZpY2VMaXN0VmVyc2lvbnNSZXF1ZXN0Gi0uYmF0b24udjEuV29ya2Zsb3dTZXJ2aWNlTGlzdFZlcnNpb25zUmVzcG9uc2USXwoIQWN0aXZhdGUSKC5iYXRvbi52MS5Xb3JrZmxvd1NlcnZpY2VBY3RpdmF0ZVJlcXVlc3QaKS5iYXRvbi52MS5Xb3JrZmxvd1NlcnZpY2VBY3RpdmF0ZVJlc3BvbnNlEmUKCkRlYWN0aXZhdGUSKi5iYXRvbi52MS5Xb3JrZmxvd1NlcnZpY2VEZWFjdGl2YXRlUmVxdWVzdBorLmJhdG9uLnYxLldvcmtmbG93U2VydmljZURlYWN0aXZhdGVSZXNwb25zZRJ3ChBVcGRhdGVQcm9wZXJ0aWVzEjAuYmF0b24udjEuV29ya2Zsb3dTZXJ2aWNlVXBkYXRlUHJvcGVydGllc1JlcXVlc3QaMS5iYXRvbi52MS5Xb3JrZmxvd1NlcnZpY2VVcGRhdGVQcm9wZXJ0aWVzUmVzcG9uc2USXwoIT3ZlcnZpZXcSKC5iYXRvbi52MS5Xb3JrZmxvd1NlcnZpY2VPdmVydmlld1JlcXVlc3QaKS5iYXRvbi52MS5Xb3JrZmxvd1NlcnZpY2VPdmVydmlld1Jlc3BvbnNlYgZwcm90bzM="
  },
  {
    "name": "google/protobuf/duration.proto",
    "imports": [],
    "services": [],
    "symbols": [
      "google.protobuf.Duration"
    ],
    "base64": "Ch5nb29nbGUvcHJvdG9idWYvZHVyYXRpb24ucHJvdG8SD2dvb2dsZS5wcm90b2J1ZiI6CghEdXJhdGlvbhIYCgdzZWNvbmRzGAEgASgDUgdzZWNvbmRzEhQKBW5hbm9zGAIgASgFUgVuYW5vc0KDAQoTY29tLmdvb2dsZS5wcm90b2J1ZkINRHVyYXRpb25Qcm90b1ABWjFnb29nbGUuZ29sYW5nLm9yZy9wcm90b2J1Zi90eXBlcy9rbm93bi9kdXJhdGlvbnBi+AEBogIDR1BCqgIeR29vZ2xlLlByb3RvYnVmLldlbGxLbm93blR5cGVzYgZwcm90bzM="
  },
  {
    "name": "google/rpc/error_details.proto",
    "imports": [
      "google/protobuf/duration.proto"
    ],
    "services": [],
    "symbols": [
      "google.rpc.RetryInfo",
      "google.rpc.ErrorInfo",
      "google.rpc.ErrorInfo.MetadataEntry",
      "google.rpc.BadRequest",
      "google.rpc.BadRequest.FieldViolation"
    ],
    "base64": "Ch5nb29nbGUvcnBjL2Vycm9yX2RldGFpbHMucHJvdG8SCmdvb2dsZS5ycGMaHmdvb2dsZS9wcm90b2J1Zi9kdXJhdGlvbi5wcm90byJHCglSZXRyeUluZm8SOgoLcmV0cnlfZGVsYXkYASABKAsyGS5nb29nbGUucHJvdG9idWYuRHVyYXRpb25SCnJldHJ5RGVsYXkiuQEKCUVycm9ySW5mbxIWCgZyZWFzb24YASABKAlSBnJlYXNvbhIWCgZkb21haW4YAiABKAlSBmRvbWFpbhI/CghtZXRhZGF0YRgDIAMoCzIjLmdvb2dsZS5ycGMuRXJyb3JJbmZvLk1ldGFkYXRhRW50cnlSCG1ldGFkYXRhGjsKDU1ldGFkYXRhRW50cnkSEAoDa2V5GAEgASgJUgNrZXkSFAoFdmFsdWUYAiABKAlSBXZhbHVlOgI4ASKoAQoKQmFkUmVxdWVzdBJQChBmaWVsZF92aW9sYXRpb25zGAEgAygLMiUuZ29vZ2xlLnJwYy5CYWRSZXF1ZXN0LkZpZWxkVmlvbGF0aW9uUg9maWVsZFZpb2xhdGlvbnMaSAoORmllbGRWaW9sYXRpb24SFAoFZmllbGQYASABKAlSBWZpZWxkEiAKC2Rlc2NyaXB0aW9uGAIgASgJUgtkZXNjcmlwdGlvbmIGcHJvdG8z"
  },
  {
    "name": "google/protobuf/any.proto",
    "imports": [],
    "services": [],
    "symbols": [
      "google.protobuf.Any"
    ],
    "base64": "Chlnb29nbGUvcHJvdG9idWYvYW55LnByb3RvEg9nb29nbGUucHJvdG9idWYiNgoDQW55EhkKCHR5cGVfdXJsGAEgASgJUgd0eXBlVXJsEhQKBXZhbHVlGAIgASgMUgV2YWx1ZUJ2ChNjb20uZ29vZ2xlLnByb3RvYnVmQghBbnlQcm90b1ABWixnb29nbGUuZ29sYW5nLm9yZy9wcm90b2J1Zi90eXBlcy9rbm93bi9hbnlwYqICA0dQQqoCHkdvb2dsZS5Qcm90b2J1Zi5XZWxsS25vd25UeXBlc2IGcHJvdG8z"
  },
  {
    "name": "google/rpc/status.proto",
    "imports": [
      "google/protobuf/any.proto"
    ],
    "services": [],
    "symbols": [
      "google.rpc.Status"
    ],
    "base64": "Chdnb29nbGUvcnBjL3N0YXR1cy5wcm90bxIKZ29vZ2xlLnJwYxoZZ29vZ2xlL3Byb3RvYnVmL2FueS5wcm90byJmCgZTdGF0dXMSEgoEY29kZRgBIAEoBVIEY29kZRIYCgdtZXNzYWdlGAIgASgJUgdtZXNzYWdlEi4KB2RldGFpbHMYAyADKAsyFC5nb29nbGUucHJvdG9idWYuQW55UgdkZXRhaWxzYgZwcm90bzM="
  },
  {
    "name": "grpc/health/v1/health.proto",
    "imports": [],
    "services": [
      "grpc.health.v1.Health"
    ],
    "symbols": [
      "grpc.health.v1.Health",
      "grpc.health.v1.Health.Check",
      "grpc.health.v1.Health.Watch",
      "grpc.health.v1.HealthCheckRequest",
      "grpc.health.v1.HealthCheckResponse",
      "grpc.health.v1.HealthCheckResponse.ServingStatus"
    ],
    "base64": "ChtncnBjL2hlYWx0aC92MS9oZWFsdGgucHJvdG8SDmdycGMuaGVhbHRoLnYxIi4KEkhlYWx0aENoZWNrUmVxdWVzdBIYCgdzZXJ2aWNlGAEgASgJUgdzZXJ2aWNlIrEBChNIZWFsdGhDaGVja1Jlc3BvbnNlEkkKBnN0YXR1cxgBIAEoDjIxLmdycGMuaGVhbHRoLnYxLkhlYWx0aENoZWNrUmVzcG9uc2UuU2VydmluZ1N0YXR1c1IGc3RhdHVzIk8KDVNlcnZpbmdTdGF0dXMSCwoHVU5LTk9XThAAEgsKB1NFUlZJTkcQARIPCgtOT1RfU0VSVklORxACEhMKD1NFUlZJQ0VfVU5LTk9XThADMq4BCgZIZWFsdGgSUAoFQ2hlY2sSIi5ncnBjLmhlYWx0aC52MS5IZWFsdGhDaGVja1JlcXVlc3QaIy5ncnBjLmhlYWx0aC52MS5IZWFsdGhDaGVja1Jlc3BvbnNlElIKBVdhdGNoEiIuZ3JwYy5oZWFsdGgudjEuSGVhbHRoQ2hlY2tSZXF1ZXN0GiMuZ3JwYy5oZWFsdGgudjEuSGVhbHRoQ2hlY2tSZXNwb25zZTABYgZwcm90bzM="
  },
  {
    "name": "grpc/reflection/v1/reflection.proto",
    "imports": [],
    "services": [
      "grpc.reflection.v1.ServerReflection"
    ],
    "symbols": [
      "grpc.reflection.v1.ServerReflection",
      "grpc.reflection.v1.ServerReflection.ServerReflectionInfo",
      "grpc.reflection.v1.ServerReflectionRequest",
      "grpc.reflection.v1.ExtensionRequest",
      "grpc.reflection.v1.ServerReflectionResponse",
      "grpc.reflection.v1.FileDescriptorResponse",
      "grpc.reflection.v1.ExtensionNumberResponse",
      "grpc.reflection.v1.ListServiceResponse",
      "grpc.reflection.v1.ServiceResponse",
      "grpc.reflection.v1.ErrorResponse"
    ],
    "base64": "CiNncnBjL3JlZmxlY3Rpb24vdjEvcmVmbGVjdGlvbi5wcm90bxISZ3JwYy5yZWZsZWN0aW9uLnYxIvMCChdTZXJ2ZXJSZWZsZWN0aW9uUmVxdWVzdBISCgRob3N0GAEgASgJUgRob3N0EioKEGZpbGVfYnlfZmlsZW5hbWUYAyABKAlIAFIOZmlsZUJ5RmlsZW5hbWUSNgoWZmlsZV9jb250YWluaW5nX3N5bWJvbBgEIAEoCUgAUhRmaWxlQ29udGFpbmluZ1N5bWJvbBJiChlmaWxlX2NvbnRhaW5pbmdfZXh0ZW5zaW9uGAUgASgLMiQuZ3JwYy5yZWZsZWN0aW9uLnYxLkV4dGVuc2lvblJlcXVlc3RIAFIXZmlsZUNvbnRhaW5pbmdFeHRlbnNpb24SQgodYWxsX2V4dGVuc2lvbl9udW1iZXJzX29mX3R5cGUYBiABKAlIAFIZYWxsRXh0ZW5zaW9uTnVtYmVyc09mVHlwZRIlCg1saXN0X3NlcnZpY2VzGAcgASgJSABSDGxpc3RTZXJ2aWNlc0IRCg9tZXNzYWdlX3JlcXVlc3QiZgoQRXh0ZW5zaW9uUmVxdWVzdBInCg9jb250YWluaW5nX3R5cGUYASABKAlSDmNvbnRhaW5pbmdUeXBlEikKEGV4dGVuc2lvbl9udW1iZXIYAiABKAVSD2V4dGVuc2lvbk51bWJlciKuBAoYU2VydmVyUmVmbGVjdGlvblJlc3BvbnNlEh0KCnZhbGlkX2hvc3QYASABKAlSCXZhbGlkSG9zdBJWChBvcmlnaW5hbF9yZXF1ZXN0GAIgASgLMisuZ3JwYy5yZWZsZWN0aW9uLnYxLlNlcnZlclJlZmxlY3Rpb25SZXF1ZXN0Ug9vcmlnaW5hbFJlcXVlc3QSZgoYZmlsZV9kZXNjcmlwdG9yX3Jlc3BvbnNlGAQgASgLMiouZ3JwYy5yZWZsZWN0aW9uLnYxLkZpbGVEZXNjcmlwdG9yUmVzcG9uc2VIAFIWZmlsZURlc2NyaXB0b3JSZXNwb25zZRJyCh5hbGxfZXh0ZW5zaW9uX251bWJlcnNfcmVzcG9uc2UYBSABKAsyKy5ncnBjLnJlZmxlY3Rpb24udjEuRXh0ZW5zaW9uTnVtYmVyUmVzcG9uc2VIAFIbYWxsRXh0ZW5zaW9uTnVtYmVyc1Jlc3BvbnNlEl8KFmxpc3Rfc2VydmljZXNfcmVzcG9uc2UYBiABKAsyJy5ncnBjLnJlZmxlY3Rpb24udjEuTGlzdFNlcnZpY2VSZXNwb25zZUgAUhRsaXN0U2VydmljZXNSZXNwb25zZRJKCg5lcnJvcl9yZXNwb25zZRgHIAEoCzIhLmdycGMucmVmbGVjdGlvbi52MS5FcnJvclJlc3BvbnNlSABSDWVycm9yUmVzcG9uc2VCEgoQbWVzc2FnZV9yZXNwb25zZSJMChZGaWxlRGVzY3JpcHRvclJlc3BvbnNlEjIKFWZpbGVfZGVzY3JpcHRvcl9wcm90bxgBIAMoDFITZmlsZURlc2NyaXB0b3JQcm90byJqChdFeHRlbnNpb25OdW1iZXJSZXNwb25zZRIkCg5iYXNlX3R5cGVfbmFtZRgBIAEoCVIMYmFzZVR5cGVOYW1lEikKEGV4dGVuc2lvbl9udW1iZXIYAiADKAVSD2V4dGVuc2lvbk51bWJlciJUChNMaXN0U2VydmljZVJlc3BvbnNlEj0KB3NlcnZpY2UYASADKAsyIy5ncnBjLnJlZmxlY3Rpb24udjEuU2VydmljZVJlc3BvbnNlUgdzZXJ2aWNlIiUKD1NlcnZpY2VSZXNwb25zZRISCgRuYW1lGAEgASgJUgRuYW1lIlMKDUVycm9yUmVzcG9uc2USHQoKZXJyb3JfY29kZRgBIAEoBVIJZXJyb3JDb2RlEiMKDWVycm9yX21lc3NhZ2UYAiABKAlSDGVycm9yTWVzc2FnZTKJAQoQU2VydmVyUmVmbGVjdGlvbhJ1ChRTZXJ2ZXJSZWZsZWN0aW9uSW5mbxIrLmdycGMucmVmbGVjdGlvbi52MS5TZXJ2ZXJSZWZsZWN0aW9uUmVxdWVzdBosLmdycGMucmVmbGVjdGlvbi52MS5TZXJ2ZXJSZWZsZWN0aW9uUmVzcG9uc2UoATABYgZwcm90bzM="
  }
];
